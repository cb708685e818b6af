import type { Backfill, BackfillRange } from '@apsis/core/backfill'
import type { Job } from '@apsis/core/job'
import type { Pause, PauseMode, PauseScope } from '@apsis/core/pause'
import type { Args, FinishedState, Origin, Rejection, Run, RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'

/** Why a user asks, for the run's log: at most `MAX_REASON` characters. Absent, null or blank: none given. */
export interface WithReason {
  readonly reason?: string | null
}

/** What a user can ask of one run. */
export type Operation = WithReason &
  (
    | { readonly type: 'start' }
    | { readonly type: 'skip' }
    | { readonly type: 'stop' }
    | { readonly type: 'signal'; readonly signum: number; readonly name: string }
    | { readonly type: 'mark'; readonly state: FinishedState }
    /** A coming run stays where it is, past its time too, until it is released; or held no longer than until a time. */
    | { readonly type: 'hold'; readonly until: Instant | null }
    /** A held run is held no longer. One whose time has passed begins at once. */
    | { readonly type: 'release' }
    /** A coming run is due at another time; at once where that has passed. Its stop time moves with it. */
    | { readonly type: 'move'; readonly time: Instant }
  )

/** The schedules of jobs are to start nothing for a while. */
export interface PauseRequest extends WithReason {
  readonly scope: PauseScope
  /** A job id, a prefix of job ids ending in `/`, or a label. */
  readonly target: string
  /** Null: until `resume`. */
  readonly until: Instant | null
  readonly mode: PauseMode
}

/** Runs for the instants that a job's schedules had in a range of the past. */
export interface BackfillRequest extends BackfillRange, WithReason {
  /** 1 to `MAX_BACKFILL_CONCURRENCY`. */
  readonly concurrency: number
}

/** What a backfill would make. */
export interface BackfillPreview {
  /** In order; at most `limit`. */
  readonly instants: readonly { readonly due: Instant; readonly scheduleKey: string; readonly args: Args }[]
  readonly total: number
}

/** Runs to be made by request. */
export interface ScheduleRequest extends WithReason {
  readonly jobId: string
  readonly args: Args
  /** Null: now. */
  readonly time: Instant | null
  readonly stop: Instant | null
  /** 1 to 100,000. */
  readonly count: number
  readonly origin?: Origin
}

/** The answer to a command: given once what it decided is durable. */
export type CommandReply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection }

/** The commands that the engine takes. None throws; each answers once, or never when the engine is stopped. */
export interface Commands {
  operate(id: RunId, operation: Operation): Promise<CommandReply<Run>>
  schedule(request: ScheduleRequest): Promise<CommandReply<readonly Run[]>>
  rerun(id: RunId, reason?: string | null): Promise<CommandReply<Run>>
  /** Pauses schedules from now on. Refuses an unknown job, and a time that has passed. */
  pause(request: PauseRequest): Promise<CommandReply<Pause>>
  /** Ends a pause: what it held begins, in order of time. Gives the pause as ended. */
  resume(pauseId: string, reason?: string | null): Promise<CommandReply<Pause>>
  /** The pauses in force, oldest first. Bounded by `MAX_PAUSES`. */
  pauses(): readonly Pause[]
  /** Starts a backfill. Refuses one of no instants, or of more than `MAX_BACKFILL_INSTANTS`. */
  backfill(request: BackfillRequest): Promise<CommandReply<Backfill>>
  /** What `backfill` would make, refused as that; makes nothing. `limit`: instants to give, 1 to 10,000. */
  previewBackfill(request: BackfillRequest, limit: number): Promise<CommandReply<BackfillPreview>>
  /** Makes no more runs of it; those that are made go on. */
  cancelBackfill(id: string, reason?: string | null): Promise<CommandReply<Backfill>>
  /** Backfills, newest first: all that are active, and the last that have ended. */
  backfills(): readonly Backfill[]
  /** Puts a set of jobs in force: all of them, or nothing. Ad hoc jobs stay. */
  applyJobs(jobs: readonly Job[]): Promise<JobChanges>
}

/** What applying a set of jobs changed: sorted job ids. */
export interface JobChanges {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}
