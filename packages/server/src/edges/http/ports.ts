import type { Job, JobResult } from '@apsis/core/job'
import type { Orphan } from '@apsis/core/change'
import type { Diagnostic } from '@apsis/core/document'
import type { JsonObject } from '@apsis/core/json'
import type { RunId, WaitingRun } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { Reader } from '@apsis/store/port'
import type { AgentView, Commands, JobChanges, Drains, SanityReport } from '../../engine/index.ts'

/** What requests may ask of the engine. */
export type RunCommands = Pick<
  Commands,
  | 'operate'
  | 'schedule'
  | 'rerun'
  | 'pause'
  | 'resume'
  | 'pauses'
  | 'backfill'
  | 'previewBackfill'
  | 'cancelBackfill'
  | 'backfills'
>

/** What requests read of the store. */
export type History = Pick<
  Reader,
  | 'run'
  | 'runs'
  | 'countRuns'
  | 'meta'
  | 'metas'
  | 'log'
  | 'runsOf'
  | 'outputs'
  | 'output'
  | 'ledger'
  | 'countInstants'
  | 'jobVersions'
  | 'definition'
>

/** Whether the ledger is whole. */
export interface LedgerChecks {
  /** Looks now. */
  sanity(): Promise<SanityReport>
  /** Overdue instants that nothing accounts for, as last counted; null: not known yet. */
  unaccounted(): number | null
}

/** The jobs in force. */
export interface Jobs {
  /** Those of the job folder, sorted by id. */
  list(): readonly Job[]
  /** Any job, ad hoc ones included; null when there is none of exactly this id. */
  get(jobId: string): Job | null
  /** A definition that a run pinned, by hash; null when it is not kept, or can no longer be read. */
  definition(hash: string): Promise<Job | null>
}

/** Takes in a job that a request brings: parses it under a new ad hoc id, and where it is good stores it and puts it in force. `full`: too many are. */
export interface AdHocJobs {
  add(document: JsonObject): Promise<JobResult | 'full'>
}

/** The answer of a reload: what changed, or would change, with what that does to coming runs; or everything that is wrong; then nothing changed. */
export type ReloadReply =
  | { readonly ok: true; readonly changes: JobChanges; readonly plan: ReloadPlan }
  | {
      readonly ok: false
      readonly folder: string
      readonly errors: readonly JobProblem[]
    }

/** What a change of the jobs does to the coming runs of one of them. A run that moves, or gets other args, is withdrawn and created. */
export interface JobPlan {
  readonly jobId: string
  readonly change: 'added' | 'changed' | 'removed'
  readonly withdrawn: number
  readonly created: number
  /** There are more than were counted. */
  readonly more: boolean
}

/** What a change of the jobs would do to the coming runs in [from, to). */
export interface ReloadPlan {
  readonly from: Instant
  readonly to: Instant
  /** Jobs with coming runs that change, by id: at most `NAMED_JOBS`. */
  readonly jobs: readonly JobPlan[]
  /** Jobs that were not looked at, or are not named. */
  readonly left: number
  /** Of all jobs that were looked at. */
  readonly withdrawn: number
  readonly created: number
  /** Jobs with a condition or an action that names one that is gone. */
  readonly orphans: readonly Orphan[]
}

/** Something that is wrong with the job folder, and the job that it is about; empty where it is about none. */
export interface JobProblem {
  readonly jobId: string
  readonly diagnostic: Diagnostic
}

/** Whether the folder is watched, and how. */
export type Watching = 'off' | 'events' | 'looks' | 'failed'

/** Which jobs are in force, and what became of the folder that was read last. */
export interface JobsState {
  /** Of all that is in force of the folder: changes when, and only when, a definition does. */
  readonly digest: string
  readonly jobs: number
  readonly adHoc: number
  /** Since when this set is in force in this server. */
  readonly since: Instant | null
  /** When a change of it was decided that the store has not taken yet: `jobs` and `digest` are with it, and it is in force when it is durable. Null: there is none. */
  readonly changing: Instant | null
  /** Where it is from: the folder as it was read; or the store, which has the last good set. */
  readonly source: 'folder' | 'store'
  /** When the folder was read last. */
  readonly read: Instant | null
  /** Why what was read last is not in force; empty where it is. */
  readonly problems: readonly JobProblem[]
  /** Of problems, with those that are not kept. */
  readonly problemCount: number
  readonly watching: Watching
  /** A lock that a reload waits for. */
  readonly lock: string | null
}

/** The job folder: reads it again, and says what is in force of it. */
export interface JobFolder {
  reload(dryRun: boolean): Promise<ReloadReply>
  state(): JobsState
}

/** The agents, connected or not. */
export interface AgentList {
  /** Null when the server takes no agents. */
  list(): readonly AgentView[] | null
  /** How many live runs it was given. */
  runs(connId: string): number
  readonly drains: Pick<Drains, 'of' | 'drain' | 'undrain'>
}

/** The server process. */
export interface ServerControl {
  readonly version: string
  readonly startTime: Instant
  /** Resolves when the server has finished starting. */
  started(): Promise<void>
  /** Begins to shut down, or to restart, soon after it returns. */
  shutDown(restart: boolean): void
}

/** How much the engine has to do. */
export interface EngineLoad {
  load(): {
    readonly scheduled: number
    readonly waiting: number
    readonly starting: number
    readonly running: number
    readonly stopping: number
    readonly timers: number
    readonly inputs: number
  }
}

/** Why runs wait. */
export interface WaitReasons {
  /** As of now; null where what is stored is all there is. */
  reason(id: RunId): WaitingRun['waitingFor']
}

/** How the event loop was held up since the last call: how often that was measured, and ms. */
export interface LoopDelay {
  take(): { readonly count: number; readonly min: number; readonly max: number; readonly mean: number }
}

/** Garbage collections since the start, of a kind; seconds. */
export interface Collections {
  of(kind: 'minor' | 'incremental' | 'major'): {
    readonly count: number
    readonly elapsed: number
    readonly longest: number
  }
}

/** The figures of the server for those who collect them. */
export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  /** A request was answered; `took` in ms. `route`: its path with the names of its parameters; null where no route took it. */
  request(answered: {
    readonly method: string
    readonly route: string | null
    readonly status: number
    readonly took: number
  }): void
}
