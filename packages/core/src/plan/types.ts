import type { Job } from '../job/job.ts'
import type { Args } from '../run/run.ts'
import type { Duration, Instant } from '../time/index.ts'

/** Names one schedule of one job. */
export interface ScheduleRef {
  readonly jobId: string
  readonly scheduleKey: string
}

/** What planning needs of a job. */
export type PlanJob = Pick<Job, 'id' | 'params' | 'schedules'>

/** A due instant that is wanted, and is to have a row before it is due. */
export interface PlannedInstant extends ScheduleRef {
  readonly due: Instant
  /** Of the job's params those that the schedule, its explicit args and `schedule_time` give; by name in order. */
  readonly args: Args
  readonly stopAt: Instant | null
}

/** An instant that has a row and no verdict yet. */
export interface PendingInstant extends ScheduleRef {
  readonly due: Instant
}

/** Up to when (exclusive) a schedule has rows. */
export interface PlanCursor extends ScheduleRef {
  readonly plannedUntil: Instant
}

/** A schedule that threw when asked for its instants. It is left as it is until the next plan; the others go on. */
export interface BrokenSchedule extends ScheduleRef {
  readonly message: string
}

export interface PlanInput<P extends PendingInstant = PendingInstant> {
  /** Every job there is: schedules that are not among them are gone. */
  readonly jobs: Iterable<PlanJob>
  readonly cursors: Iterable<PlanCursor>
  /** Every instant without a verdict, of whatever job; in any order. Not changed while planning. */
  readonly pending: Iterable<P>
  /** Instants that have a row and their verdict, from the cursors on: none is made again, and they count for no limit. Default none. */
  readonly decided?: Iterable<PendingInstant>
  readonly now: Instant
  /** How far ahead of `now` rows are wanted. */
  readonly horizon: Duration
  /** Pieces of work of one slice, from 1; a creation is one. Default `SLICE`. */
  readonly slice?: number
  /** Pending instants that one schedule may have, from 1. It is planned no further until some are decided. Default `MAX_AHEAD`. */
  readonly maxAhead?: number
}

/** A piece of a plan. Each may be carried out whole by itself, and they in order; planning again from there goes on where it ended. */
export interface PlanSlice<P extends PendingInstant = PendingInstant> {
  readonly create: readonly PlannedInstant[]
  readonly withdraw: readonly P[]
  readonly cursors: readonly PlanCursor[]
  readonly droppedCursors: readonly ScheduleRef[]
  readonly broken: readonly BrokenSchedule[]
}

export interface PlanResult {
  /** Up to when every schedule has its rows (broken ones aside): plan again well before. Infinity where nothing is scheduled. */
  readonly coveredUntil: Instant
}
