import type { RunSummary } from '@apsis/api/json'
import { FINISHED } from '@apsis/core/run'
import { type ReactElement, useState } from 'react'
import { client } from '../net/client.ts'
import { runPath } from '../router/paths.ts'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { toastDone, toastError } from '../ui/toast-list.ts'
import { marksOf, type Operation, type OperationName, operationsOf, perform, SIGNALS } from './operations.ts'

/** Words of each operation: its button, what it does, and what was done. */
const WORDS: Readonly<
  Record<OperationName, { readonly label: string; readonly done: string; readonly danger: boolean }>
> = {
  start: { label: 'Start', done: 'Asked to start', danger: false },
  skip: { label: 'Skip', done: 'Skipped', danger: true },
  stop: { label: 'Stop', done: 'Asked to stop', danger: true },
  signal: { label: 'Signal', done: 'Signal sent to', danger: true },
  rerun: { label: 'Rerun', done: 'Rerun of', danger: false },
  mark: { label: 'Mark', done: 'Marked', danger: false },
}

/** The buttons of what may be asked of a run now. Each asks once more before it does it. */
export function OperationButtons({ run }: { readonly run: RunSummary }): ReactElement {
  const [asking, setAsking] = useState<OperationName | null>(null)
  const names = operationsOf(run.state)
  return (
    <div className="operations" role="group" aria-label="Operations">
      {names.map((name) => (
        <button key={name} type="button" className="button" onClick={() => setAsking(name)}>
          {WORDS[name].label}
          {(name === 'signal' || name === 'mark') && '…'}
        </button>
      ))}
      {asking !== null && names.includes(asking) && (
        <Ask key={asking} run={run} name={asking} onClose={() => setAsking(null)} />
      )}
    </div>
  )
}

function Ask({
  run,
  name,
  onClose,
}: {
  readonly run: RunSummary
  readonly name: OperationName
  readonly onClose: () => void
}): ReactElement {
  const id = run.run_id
  const marks = marksOf(run.state)
  const choices = name === 'signal' ? SIGNALS : name === 'mark' ? marks : []
  const [choice, setChoice] = useState(choices[0] ?? '')
  const { label, done, danger } = WORDS[name]

  const confirm = (): void => {
    const operation = operationOf(name, choice)
    if (operation === null) return
    perform(client, id, operation).then(
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
    </ConfirmDialog>
  )
}

function operationOf(name: OperationName, choice: string): Operation | null {
  if (name === 'signal') return { name, signal: choice }
  if (name !== 'mark') return { name }
  const state = FINISHED.find((one) => one === choice)
  return state === undefined ? null : { name, state }
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
  }
}
