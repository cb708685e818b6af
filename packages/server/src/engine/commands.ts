import type { Job } from '@apsis/core/job'
import type { Args, FinishedState, Origin, Rejection, Run, RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'

/** What a user can ask of one run. */
export type Operation =
  | { readonly type: 'start' }
  | { readonly type: 'skip' }
  | { readonly type: 'stop' }
  | { readonly type: 'signal'; readonly signum: number; readonly name: string }
  | { readonly type: 'mark'; readonly state: FinishedState }

/** Runs to be made by request. */
export interface ScheduleRequest {
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
  rerun(id: RunId): Promise<CommandReply<Run>>
  /** Puts a set of jobs in force: all of them, or nothing. Ad hoc jobs stay. */
  applyJobs(jobs: readonly Job[]): Promise<JobChanges>
}

/** What applying a set of jobs changed: sorted job ids. */
export interface JobChanges {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}
