import type { JobSchedule } from '../job/job.ts'
import { DAY, type Instant } from '../time/index.ts'
import { type DueInstant, occurrencesOf } from './occurrences.ts'
import type { SliceBuilder } from './slice.ts'
import type { PendingInstant, PlanJob, PlannedInstant, PlanSlice } from './types.ts'

/** What is stored of a schedule. Filled in by the planner before the schedule is planned. */
export interface ScheduleState {
  cursor: Instant | null
  /** Number of pending instants, */
  pending: number
  /** and of those among them that are not due yet. */
  coming: number
  /** Those of them that are due after the cursor, and what has its verdict. */
  readonly rows: Set<Instant>
}

export interface PlanWindow {
  readonly now: Instant
  readonly until: Instant
  readonly maxAhead: number
}

// Instants are told apart to the microsecond.
const TICK = 0.001

/**
 * Most that a cursor is ahead of the horizon. Until the horizon reaches it a schedule need not be looked at, nor even read; no longer, since
 * what is known of a zone may change with the program.
 */
const LOOK_AHEAD = DAY

/** Plans one schedule; gives up to when it is covered then. */
export function* planSchedule<P extends PendingInstant>(
  job: PlanJob,
  schedule: JobSchedule,
  state: ScheduleState,
  window: PlanWindow,
  slice: SliceBuilder<P>,
): Generator<PlanSlice<P>, Instant> {
  const ref = { jobId: job.id, scheduleKey: schedule.key }
  const from = state.cursor ?? window.now
  if (state.cursor !== null && state.cursor >= window.until) return state.cursor
  // Up to here everything is in slices; `stored` is what they say of it.
  let reached = from
  let stored = state.cursor
  let { pending, coming } = state
  let occurrences: Iterator<DueInstant> | null = null
  const limit = schedule.limit ?? Infinity
  for (;;) {
    const wanted = attempt(() => {
      occurrences ??= occurrencesOf(job, schedule, from, window.until + LOOK_AHEAD)
      const next = occurrences.next()
      return next.done === true ? null : planned(job, schedule, next.value)
    })
    if (!wanted.ok) {
      slice.broken({ ...ref, message: wanted.message })
      if (reached !== stored) slice.move({ ...ref, plannedUntil: reached })
      return window.until
    }
    const instant = wanted.value
    // What is past has its row whatever the limit: the limit is on what is to come.
    const full =
      instant !== null &&
      (pending >= window.maxAhead || (coming >= limit && instant.due >= window.now)) &&
      !state.rows.has(instant.due)
    if (instant === null || full || instant.due >= window.until) {
      const end = instant?.due ?? Math.max(from, window.until + LOOK_AHEAD)
      if (end !== stored) slice.move({ ...ref, plannedUntil: end })
      return end
    }
    if (slice.full) {
      slice.move({ ...ref, plannedUntil: instant.due })
      stored = instant.due
      yield slice.take()
    }
    if (state.rows.has(instant.due)) slice.look()
    else {
      slice.create(instant)
      pending++
      if (instant.due >= window.now) coming++
    }
    reached = instant.due + TICK
  }
}

/** A due instant with all that its row holds. */
export function planned(job: PlanJob, schedule: JobSchedule, { due, args, stopAt }: DueInstant): PlannedInstant {
  return { jobId: job.id, scheduleKey: schedule.key, due, args, stopAt }
}

// A schedule that throws is a bug of its kind, or a user's own module: it is set aside and must not stop the others.
function attempt<T>(
  act: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: act() }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
}
