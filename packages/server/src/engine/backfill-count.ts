import { type BackfillInstant, backfillInstants, MAX_BACKFILL_INSTANTS } from '@apsis/core/backfill'
import type { Job } from '@apsis/core/job'
import type { BackfillRequest, CommandReply } from './commands.ts'
import type { Clock } from './ports.ts'
import { rejected } from './requests.ts'

/** Longest that instants are counted in one turn, ms. */
const SLICE = 4

/** The instants of a backfill. */
export interface BackfillCount {
  readonly total: number
  /** In order; no more than asked for. */
  readonly first: readonly BackfillInstant[]
}

/** Counts the instants of a range, in turns of its own; refuses none and too many. */
export function countBackfill(
  ports: {
    readonly job: Job
    readonly request: BackfillRequest
    /** Of the first so many more than the number is given. */
    readonly limit: number
    readonly clock: Clock
    readonly post: (task: () => void) => void
  },
  then: (count: CommandReply<BackfillCount>) => void,
): void {
  const { job, request, limit, clock } = ports
  const windows = backfillInstants(job, request, null)
  const first: BackfillInstant[] = []
  let total = 0
  const some = (): CommandReply<BackfillCount> | null => {
    for (const until = clock.monotonic() + SLICE; clock.monotonic() <= until; ) {
      const window = windows.next()
      if (window.done === true) {
        if (total === 0) return rejected('BACKFILL_RANGE', 'the range has no instants')
        return { ok: true, value: { total, first } }
      }
      total += window.value.length
      if (total > MAX_BACKFILL_INSTANTS) {
        return rejected(
          'BACKFILL_RANGE',
          `the range has more than ${MAX_BACKFILL_INSTANTS} instants: take a shorter one`,
        )
      }
      if (first.length < limit) first.push(...window.value.slice(0, limit - first.length))
    }
    return null
  }
  const turn = (): void => {
    let count: CommandReply<BackfillCount> | null
    try {
      count = some()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      count = rejected('BACKFILL_RANGE', `a schedule of job ${job.id} failed: ${message}`)
    }
    if (count === null) ports.post(turn)
    else then(count)
  }
  turn()
}
