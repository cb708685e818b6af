import type { RunJson } from '@apsis/api/json'
import { parseTime } from '@apsis/api/json'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../net/client.ts'
import { Time } from '../time/time.tsx'
import { textOf } from '../ui/json.ts'
import { Field } from '../ui/section.tsx'

/** Instants of a job that are looked through for that of a run: as many as one job may have due at one time, in reason. */
const MOST = 100

/** The entry of the ledger of the due time that a schedule made the run for; nothing where it has none, or is elsewhere by now. */
export function LedgerField({ run }: { readonly run: RunJson }): ReactElement | null {
  const due = run.times.schedule === undefined ? null : parseTime(run.times.schedule)
  const made = textOf(run.origin, 'type')
  const query = useQuery({
    queryKey: ['run', run.run_id, 'instant', due],
    queryFn: () => client.instants({ job_id: run.job_id, from: due ?? 0, to: (due ?? 0) + 1, limit: MOST }),
    enabled: due !== null && (made === 'schedule' || made === 'backfill'),
  })
  const instant = query.data?.instants.find(({ run_id }) => run_id === run.run_id)
  if (instant === undefined) return null
  const { verdict, reason, decided } = instant
  return (
    <Field name="Ledger">
      {verdict ?? 'not decided yet'}
      {reason !== null && reason !== '' && `: ${reason}`}
      {decided !== null && (
        <span className="faint">
          {' '}
          <Time at={decided} short />
        </span>
      )}
    </Field>
  )
}
