import type { Job, JobSchedule } from '../job/job.ts'
import { type DueInstant, occurrencesOf } from '../plan/index.ts'
import { DAY, type Duration, HOUR } from '../time/index.ts'
import type { BackfillOrder, BackfillPosition, BackfillRange } from './backfill.ts'

/** An instant of a backfill: the schedule it is of, when it was due, and what its run is made of. */
export interface BackfillInstant extends BackfillPosition {
  readonly instant: DueInstant
}

/** Length of the first window that is looked at, and of the longest. */
const FIRST: Duration = HOUR
const LONGEST: Duration = 64 * DAY
/** A window with fewer instants is followed by one twice as long, with more than eight times as many by one half as long. */
const FEW = 100

/** The schedules that a backfill is of: the one it names, enabled or not, or all that are enabled. */
export function backfillSchedules(job: Pick<Job, 'schedules'>, scheduleKey: string | null): readonly JobSchedule[] {
  return job.schedules.filter((schedule) => (scheduleKey === null ? schedule.enabled : schedule.key === scheduleKey))
}

/**
 * The instants of a backfill that follow `after`, in its order; those of one time by schedule key. Window by window, each yielded as a list
 * (empty ones too, so that the caller may let others have their turn), and none looked at before it is asked for. What a schedule
 * throws is thrown on.
 */
export function* backfillInstants(
  job: Pick<Job, 'params' | 'schedules'>,
  { scheduleKey, from, to, order }: Omit<BackfillRange, 'jobId'>,
  after: BackfillPosition | null,
): Generator<readonly BackfillInstant[]> {
  const schedules = backfillSchedules(job, scheduleKey)
  const forward = order === 'oldest'
  let start = forward && after !== null ? Math.max(from, after.due) : from
  // The instant of `after` itself may share its time with one of another schedule.
  let end = !forward && after !== null ? Math.min(to, after.due + TICK) : to
  let length = FIRST
  while (start < end) {
    const low = forward ? start : Math.max(start, end - length)
    const high = forward ? Math.min(end, start + length) : end
    const window: BackfillInstant[] = []
    for (const schedule of schedules) {
      for (const instant of occurrencesOf(job, schedule, low, high)) {
        const one = { due: instant.due, scheduleKey: schedule.key, instant }
        if (after === null || compare(one, after, order) > 0) window.push(one)
      }
    }
    window.sort((left, right) => compare(left, right, order))
    yield window
    if (window.length < FEW) length = Math.min(2 * length, LONGEST)
    else if (window.length > 8 * FEW) length = length / 2
    if (forward) start = high
    else end = low
  }
}

// Instants are told apart to the microsecond.
const TICK = 0.001

function compare(left: BackfillPosition, right: BackfillPosition, order: BackfillOrder): number {
  const later =
    left.due - right.due || (left.scheduleKey < right.scheduleKey ? -1 : left.scheduleKey > right.scheduleKey ? 1 : 0)
  return order === 'oldest' ? later : -later
}
