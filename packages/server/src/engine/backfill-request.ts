import { backfillSchedules, MAX_BACKFILL_CONCURRENCY } from '@apsis/core/backfill'
import type { Job } from '@apsis/core/job'
import { reasonFault } from '@apsis/core/run'
import { formatInstant, type Instant } from '@apsis/core/time'
import type { BackfillRequest } from './commands.ts'
import { rejected } from './requests.ts'

/** Why a backfill is refused before its instants are looked at; null where it is not. */
export function backfillRefusal(
  { jobId, scheduleKey, from, to, concurrency, reason }: BackfillRequest,
  job: Job | undefined,
  now: Instant,
): ReturnType<typeof rejected> | null {
  if (job === undefined) return rejected('JOB_UNKNOWN', `no job ${jobId}`)
  if (backfillSchedules(job, scheduleKey).length === 0) {
    const what = scheduleKey === null ? 'enabled schedule' : `schedule ${scheduleKey}`
    return rejected('REQUEST', `job ${jobId} has no ${what}`)
  }
  if (!Number.isSafeInteger(concurrency) || concurrency < 1 || concurrency > MAX_BACKFILL_CONCURRENCY) {
    return rejected('REQUEST', `concurrency is ${concurrency}, expected 1 to ${MAX_BACKFILL_CONCURRENCY}`)
  }
  const fault = reasonFault(reason)
  if (fault !== null) return rejected('REQUEST', fault)
  if (!(from < to)) {
    return rejected(
      'BACKFILL_RANGE',
      `the range begins at ${formatInstant(from)} and ends at ${formatInstant(to)}: expected an end after the beginning`,
    )
  }
  if (to > now) {
    return rejected(
      'BACKFILL_RANGE',
      `the range ends at ${formatInstant(to)}: expected a time that has passed, since what is to come has its runs`,
    )
  }
  return null
}
