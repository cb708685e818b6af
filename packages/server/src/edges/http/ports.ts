import type { Job, JobResult } from '@apsis/core/job'
import type { Diagnostic } from '@apsis/core/document'
import type { JsonObject } from '@apsis/core/json'
import type { Instant } from '@apsis/core/time'
import type { Reader } from '@apsis/store/port'
import type { AgentView, Commands, JobChanges } from '../../engine/index.ts'

/** What requests may ask of the engine. */
export type RunCommands = Pick<Commands, 'operate' | 'schedule' | 'rerun'>

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
  | 'instants'
  | 'countInstants'
>

/** The jobs in force. */
export interface Jobs {
  /** Those of the job folder, sorted by id. */
  list(): readonly Job[]
  /** Any job, ad hoc ones included; null when there is none of exactly this id. */
  get(jobId: string): Job | null
  /** A definition that a run pinned, by hash; null when it is not kept, or can no longer be read. */
  definition(hash: string): Promise<Job | null>
}

/** Takes in a job that a request brings: parses it under a new ad hoc id, and where it is good stores it and puts it in force. */
export interface AdHocJobs {
  add(document: JsonObject): Promise<JobResult>
}

export type ReloadReply =
  | { readonly ok: true; readonly changes: JobChanges }
  /** Nothing was changed. `jobId` names the job of each error; empty where there is none. */
  | {
      readonly ok: false
      readonly folder: string
      readonly errors: readonly { readonly jobId: string; readonly diagnostic: Diagnostic }[]
    }

/** Reads the job folder again. */
export interface JobFolder {
  reload(dryRun: boolean): Promise<ReloadReply>
}

/** The agents, connected or not. */
export interface AgentList {
  /** Null when the server takes no agents. */
  list(): readonly AgentView[] | null
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
    readonly waiting: number
    readonly starting: number
    readonly running: number
    readonly stopping: number
    readonly timers: number
  }
}

/** How the event loop was held up since the last call: seconds. */
export interface LoopDelay {
  take(): { readonly max: number; readonly mean: number }
}
