import type { JobSchedule } from '../job/job.ts'
import type { Instant } from '../time/index.ts'
import { planSchedule, type ScheduleState } from './plan-schedule.ts'
import { SliceBuilder } from './slice.ts'
import type { PendingInstant, PlanInput, PlanJob, PlanResult, PlanSlice } from './types.ts'

/** Pieces of work of a slice unless said: below 5 ms in all. */
export const SLICE = 500
/** Pending instants of one schedule unless said. */
export const MAX_AHEAD = 10_000

/**
 * Compares the instants that schedules want from their cursor up to `now + horizon` with those that have rows, and says in slices what to
 * change. A schedule without a cursor is new and begins at `now`. Of a schedule that is gone, changed or disabled, what is due from `now`
 * on is withdrawn and the cursor dropped; what was due before stays for the engine to decide. Slices may be empty: they are where others
 * may take their turn.
 */
export function* planSchedules<P extends PendingInstant>(input: PlanInput<P>): Generator<PlanSlice<P>, PlanResult> {
  const slice = new SliceBuilder<P>(input.slice ?? SLICE)
  const live = new Map<
    string,
    { readonly job: PlanJob; readonly schedule: JobSchedule; readonly state: ScheduleState }
  >()

  for (const job of input.jobs) {
    for (const schedule of job.schedules) {
      if (schedule.enabled) {
        const state = { cursor: null, pending: 0, coming: 0, rows: new Set<Instant>() }
        live.set(mapKey(job.id, schedule.key), { job, schedule, state })
      }
      slice.look()
      if (slice.full) yield slice.take()
    }
  }

  for (const cursor of input.cursors) {
    const known = live.get(mapKey(cursor.jobId, cursor.scheduleKey))
    if (known === undefined) slice.drop({ jobId: cursor.jobId, scheduleKey: cursor.scheduleKey })
    else known.state.cursor = cursor.plannedUntil
    slice.look()
    if (slice.full) yield slice.take()
  }

  for (const instant of input.pending) {
    const known = live.get(mapKey(instant.jobId, instant.scheduleKey))
    if (known !== undefined) {
      known.state.pending++
      if (instant.due >= input.now) known.state.coming++
      if (known.state.cursor === null || instant.due >= known.state.cursor) known.state.rows.add(instant.due)
    } else if (instant.due >= input.now) slice.withdraw(instant)
    slice.look()
    if (slice.full) yield slice.take()
  }

  for (const instant of input.decided ?? []) {
    live.get(mapKey(instant.jobId, instant.scheduleKey))?.state.rows.add(instant.due)
    slice.look()
    if (slice.full) yield slice.take()
  }

  const until = input.now + input.horizon
  let coveredUntil = Number.POSITIVE_INFINITY
  for (const { job, schedule, state } of live.values()) {
    const window = { now: input.now, until, maxAhead: input.maxAhead ?? MAX_AHEAD }
    coveredUntil = Math.min(coveredUntil, yield* planSchedule(job, schedule, state, window, slice))
    slice.look()
    if (slice.full) yield slice.take()
  }
  if (!slice.empty) yield slice.take()
  return { coveredUntil }
}

function mapKey(jobId: string, scheduleKey: string): string {
  // A job ID has no line breaks, and a schedule key neither.
  return `${jobId}\n${scheduleKey}`
}
