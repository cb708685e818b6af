import { formatTime, parseTime, type RunSummary } from '@apsis/api/json'
import { FINISHED } from '@apsis/core/run'
import { type ReactElement, useState } from 'react'
import { client } from '../net/client.ts'
import { runPath } from '../router/paths.ts'
import { formatFull, parseLocal } from '../time/format.ts'
import { TimeInput } from '../time/time-input.tsx'
import { useZone } from '../time/zone.ts'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { ReasonInput } from '../ui/reason-input.tsx'
import { toastDone, toastError } from '../ui/toast-list.ts'
import { marksOf, type Operation, type OperationName, perform, SIGNALS } from './operations.ts'

export interface OperationWords {
  readonly label: string
  readonly done: string
  readonly danger: boolean
}

/** Asks what more is to be known, and why; then does it. */
export function AskOperation(props: {
  readonly run: RunSummary
  readonly name: OperationName
  readonly words: OperationWords
  readonly onClose: () => void
}): ReactElement {
  const { run, name, onClose } = props
  const { label, done, danger } = props.words
  const id = run.run_id
  const zone = useZone()
  const choices = name === 'signal' ? SIGNALS : name === 'mark' ? marksOf(run.state) : []
  const [choice, setChoice] = useState(choices[0] ?? '')
  const [time, setTime] = useState(name === 'move' ? localOf(run.times.schedule, zone) : '')
  const [reason, setReason] = useState('')

  const confirm = (): void => {
    const operation = operationOf(name, choice, time, zone)
    if (operation === null) return toastError(`${label} ${id}`, `not a date and time: ${time}`)
    perform(client, id, operation, reason.trim() === '' ? null : reason.trim()).then(
      (made) => toastDone(`${done} ${id}.`, made === null ? null : { href: runPath(made), text: `Show ${made}` }),
      (error: unknown) => toastError(`${label} ${id}`, error),
    )
  }
  return (
    <ConfirmDialog title={`${label} ${id}?`} action={label} danger={danger} onConfirm={confirm} onClose={onClose}>
      <p>{explain(name, run)}</p>
      {choices.length > 0 && (
        <label className="labelled">
          {name === 'signal' ? 'Signal' : 'State'}
          <select className="input" value={choice} onChange={(event) => setChoice(event.target.value)}>
            {choices.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      {name === 'move' && <TimeInput label="To" required value={time} onChange={setTime} />}
      {name === 'hold' && <TimeInput label="Until, empty: until it is released" value={time} onChange={setTime} />}
      <ReasonInput value={reason} onChange={setReason} />
    </ConfirmDialog>
  )
}

function operationOf(name: OperationName, choice: string, time: string, zone: string): Operation | null {
  const at = time === '' ? null : parseLocal(time, zone)
  switch (name) {
    case 'signal':
      return { name, signal: choice }
    case 'mark': {
      const state = FINISHED.find((one) => one === choice)
      return state === undefined ? null : { name, state }
    }
    case 'hold':
      return time !== '' && at === null ? null : { name, until: at === null ? null : formatTime(at) }
    case 'move':
      return at === null ? null : { name, time: formatTime(at) }
    case 'start':
    case 'skip':
    case 'stop':
    case 'rerun':
    case 'release':
      return { name }
  }
}

function localOf(time: string | undefined, zone: string): string {
  const at = time === undefined ? null : parseTime(time)
  return at === null ? '' : formatFull(at, zone).replace(' ', 'T')
}

function explain(name: OperationName, run: RunSummary): string {
  switch (name) {
    case 'start':
      return run.state === 'waiting'
        ? 'It starts now, past its conditions.'
        : 'It is due now; its conditions still apply.'
    case 'skip':
      return 'It will not run.'
    case 'stop':
      return 'Its stop signal goes to the whole process tree, and SIGKILL after its grace period.'
    case 'signal':
      return 'The signal goes to its program.'
    case 'rerun':
      return 'A new run of the same job and arguments begins now.'
    case 'mark':
      return 'The actions of its job for that state follow.'
    case 'hold':
      return 'It does not begin, its time past too, until it is released.'
    case 'release':
      return run.held?.due === true ? 'Its time has passed: it begins now.' : 'It begins when its time comes.'
    case 'move':
      return 'It is due at another time; its args stay, and its stop time moves with it.'
  }
}
