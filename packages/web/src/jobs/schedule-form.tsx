import type { JobJson } from '@apsis/api/json'
import { formatTime } from '@apsis/api/json'
import { type ReactElement, useState } from 'react'
import { client } from '../net/client.ts'
import { runPath } from '../router/paths.ts'
import { parseLocal } from '../time/format.ts'
import { useZone } from '../time/zone.ts'
import { toastDone, toastError } from '../ui/toast-list.ts'

/** Makes a run of a job, now or at a time of the chosen zone. */
export function ScheduleForm({ job }: { readonly job: JobJson }): ReactElement {
  const zone = useZone()
  const [args, setArgs] = useState<Readonly<Record<string, string>>>({})
  const [time, setTime] = useState('')
  const [busy, setBusy] = useState(false)

  const submit = (): void => {
    const at = time === '' ? null : parseLocal(time, zone)
    if (time !== '' && at === null) {
      toastError('Schedule run', `not a date and time: ${time}`)
      return
    }
    setBusy(true)
    client
      .schedule({
        job_id: job.job_id,
        args: Object.fromEntries(job.params.map((name) => [name, args[name] ?? ''])),
        times: { schedule: at === null ? 'now' : formatTime(at) },
      })
      .then(
        ({ runs }) => {
          const [id] = Object.keys(runs)
          toastDone('Scheduled a run.', id === undefined ? null : { href: runPath(id), text: `Show ${id}` })
        },
        (error: unknown) => toastError('Schedule run', error),
      )
      .finally(() => setBusy(false))
  }
  return (
    <form
      className="form"
      aria-label="Schedule run"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {job.params.map((name) => (
        <label key={name} className="labelled">
          {name}
          <input
            className="input"
            name={name}
            required
            spellCheck={false}
            value={args[name] ?? ''}
            onChange={(event) => setArgs({ ...args, [name]: event.target.value })}
          />
        </label>
      ))}
      <label className="labelled">
        Time ({zone}); empty means now
        <input
          className="input"
          type="datetime-local"
          name="schedule time"
          step={1}
          value={time}
          onChange={(event) => setTime(event.target.value)}
        />
      </label>
      <button type="submit" className="button primary" disabled={busy}>
        Schedule run
      </button>
    </form>
  )
}
