import type { Job, JobSchedule } from '../job/index.ts'
import { type DueInstant, occurrencesOf } from '../plan/index.ts'
import type { Instant } from '../time/index.ts'

/** An overdue instant: one that has a row, or one that has none yet, with all that its row will hold. */
export type OverdueInstant =
  | { readonly due: Instant; readonly row: true }
  | { readonly due: Instant; readonly row: false; readonly args: DueInstant['args'] }

/** What overdue instants are looked for in. */
export interface OverdueOf {
  readonly job: Pick<Job, 'params'>
  /** Null: it is no longer there, and implies nothing. */
  readonly schedule: JobSchedule | null
  /** From where on its instants have no rows; null: nowhere. */
  readonly cursor: Instant | null
  /** Times of its rows without a verdict, ascending. */
  readonly rows: readonly Instant[]
  /** Later ones are not overdue. */
  readonly before: Instant
}

/** The overdue instants of one schedule, ascending, each once: rows without a verdict, and what it implies beyond its rows. Lazy; throws what the schedule throws. */
export function* overdueOf({ job, schedule, cursor, rows, before }: OverdueOf): Generator<OverdueInstant> {
  let next = 0
  if (schedule?.enabled === true && cursor !== null && cursor < before) {
    for (const occurrence of occurrencesOf(job, schedule, cursor, before)) {
      const { due } = occurrence
      for (let row = rows[next]; row !== undefined && row < due; row = rows[++next]) yield { due: row, row: true }
      if (rows[next] === due) {
        next++
        yield { due, row: true }
      } else yield { due, row: false, args: occurrence.args }
    }
  }
  for (let row = rows[next]; row !== undefined && row < before; row = rows[++next]) yield { due: row, row: true }
}
