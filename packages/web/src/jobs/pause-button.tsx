import { formatTime } from '@apsis/api/json'
import { type ReactElement, useState } from 'react'
import { client } from '../net/client.ts'
import { parseLocal } from '../time/format.ts'
import { TimeInput } from '../time/time-input.tsx'
import { useZone } from '../time/zone.ts'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { ReasonInput } from '../ui/reason-input.tsx'
import { toastDone, toastError } from '../ui/toast-list.ts'

/** Pauses the schedules of a job. */
export function PauseButton({ jobId }: { readonly jobId: string }): ReactElement {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}>
        Pause…
      </button>
      {asking && <AskPause jobId={jobId} onClose={() => setAsking(false)} />}
    </>
  )
}

function AskPause({ jobId, onClose }: { readonly jobId: string; readonly onClose: () => void }): ReactElement {
  const zone = useZone()
  const [until, setUntil] = useState('')
  const [hold, setHold] = useState(false)
  const [reason, setReason] = useState('')
  const confirm = (): void => {
    const at = until === '' ? null : parseLocal(until, zone)
    if (until !== '' && at === null) return toastError(`Pause ${jobId}`, `not a date and time: ${until}`)
    client
      .pause({
        scope: 'job',
        target: jobId,
        until: at === null ? null : formatTime(at),
        mode: hold ? 'hold' : 'skip',
        reason: reason.trim() === '' ? null : reason.trim(),
      })
      .then(
        () => toastDone(`Paused ${jobId}.`),
        (error: unknown) => toastError(`Pause ${jobId}`, error),
      )
  }
  return (
    <ConfirmDialog title={`Pause ${jobId}?`} action="Pause" onConfirm={confirm} onClose={onClose}>
      <p>Its schedules start nothing meanwhile. Runs made by hand are not affected.</p>
      <TimeInput label="Until, empty: until it is resumed" value={until} onChange={setUntil} />
      <label className="labelled">
        What comes due meanwhile
        <select
          className="input"
          value={hold ? 'hold' : 'skip'}
          onChange={(event) => setHold(event.target.value === 'hold')}
        >
          <option value="skip">is skipped</option>
          <option value="hold">is held, and begins afterwards</option>
        </select>
      </label>
      <ReasonInput value={reason} onChange={setReason} />
    </ConfirmDialog>
  )
}
