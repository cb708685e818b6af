import type { JsonObject } from '@apsis/core/json'
import type { Query } from '@apsis/core/query'
import type { Args, Run, RunId, RunFact, State } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type {
  CursorRow,
  GeneralFact,
  InstantRow,
  JobRow,
  JobVersionRow,
  RecordKind,
  RecordRow,
  Verdict,
} from './batch.ts'

/** A fact as stored: numbered, timed, and of a run where it has one. */
export interface StoredFact {
  readonly seq: number
  readonly time: Instant
  readonly runId: RunId | null
  readonly fact:
    | RunFact
    | GeneralFact
    | { readonly type: 'deleted' }
    | { readonly type: 'removed'; readonly runIds: readonly RunId[] }
}

/** Which runs to list. Absent members do not filter. */
export interface RunFilter {
  readonly jobId?: string
  /** Jobs whose id begins with this. */
  readonly jobPrefix?: string
  readonly states?: readonly State[]
  /** Runs that have all of these args; they may have others too. */
  readonly args?: Args
  /** At most 10,000. */
  readonly ids?: readonly RunId[]
  /** Last change at or after. */
  readonly since?: Instant
  /** Schedule time before; with `scheduledAfter` of the same time, the two part all runs that have one. */
  readonly scheduledBefore?: Instant
  /** Schedule time at or after. */
  readonly scheduledAfter?: Instant
  /** Text that the job id contains, case-insensitive. */
  readonly text?: string
  /** Runs that match this as well. */
  readonly query?: Query
}

/** How to read. */
export interface ReadOptions {
  /** When it is aborted, the read ends soon, and rejects with `StoreError` `STORE_CANCELLED`. */
  readonly signal?: AbortSignal
}

/**
 * In which order runs are listed. `newest` and `oldest` first: by run number, which says when a run was made, and not when it is
 * due: schedules make theirs a day ahead, job by job. `latest` and `earliest` first: by schedule time, then run number; runs
 * without a schedule time are left out.
 */
export type RunOrder = 'newest' | 'oldest' | 'latest' | 'earliest'

/** A page of runs; `after` is the opaque cursor of the last page. */
export interface RunPageRequest {
  readonly filter: RunFilter
  /** 1 to 10,000. */
  readonly limit: number
  readonly after?: string
  /** Default `newest`. */
  readonly order?: RunOrder
}

/**
 * Runs of a page. Where few runs match, a store may stop searching before it has as many as were asked for: then there are fewer, none
 * perhaps, and `next` goes on where the search stopped. Each page comes nearer to the end.
 */
export interface RunPage {
  readonly runs: readonly Run[]
  /** Cursor of the next page; null at the end. */
  readonly next: string | null
  /** In an order by schedule time: that of the run at which the page stopped. Absent at the end. */
  readonly reached?: Instant
}

export interface OutputInfo {
  readonly outputId: string
  /** Bytes. */
  readonly length: number
}

/** Which instants of the ledger to list. Absent members do not filter. */
export interface LedgerRequest {
  readonly from: Instant
  readonly to: Instant
  readonly jobId?: string
  /** Those with one of these verdicts; `undecided`: without one. */
  readonly verdicts?: readonly (Verdict | 'undecided')[]
  /** Only those that were decided more than this after they were due, ms. */
  readonly later?: Duration
  /** The last instant of the last page. */
  readonly after?: Pick<InstantRow, 'due' | 'jobId' | 'scheduleKey'>
  /** 1 to 10,000. */
  readonly limit: number
}

/**
 * Reads of what is durable. Never delays a commit; each call sees one consistent state. What looks at much of the history rejects with
 * `StoreError` `STORE_TIMEOUT` where it takes too long.
 */
export interface Reader {
  run(id: RunId): Promise<Run | null>
  runs(request: RunPageRequest, options?: ReadOptions): Promise<RunPage>
  /** Number of runs that match, counting at most `limit`. */
  countRuns(filter: RunFilter, limit: number, options?: ReadOptions): Promise<number>
  meta(id: RunId): Promise<JsonObject | null>
  /** Metadata of those of these runs that have some. At most 10,000 ids. Like all that pages through history, it never delays other reads. */
  metas(ids: readonly RunId[]): Promise<ReadonlyMap<RunId, JsonObject>>
  /** Facts of one run in order. */
  log(id: RunId): Promise<readonly StoredFact[]>
  /** Facts numbered above `after`, in order, at most `limit` (1 to 10,000). */
  facts(after: number, limit: number): Promise<readonly StoredFact[]>
  /** Number of the newest fact; 0 when there is none. */
  lastSeq(): Promise<number>
  outputs(id: RunId): Promise<readonly OutputInfo[]>
  /** Bytes [start, end) of an output, clipped to what is there; null when there is no such output. At most 4 MiB a call. */
  output(id: RunId, outputId: string, start: number, end: number): Promise<Uint8Array | null>
  /** Runs in waiting, starting, running, stopping. */
  liveRuns(): Promise<readonly Run[]>
  /** Runs in `scheduled` with a schedule time before `before`, by schedule time, at most `limit`. */
  scheduledRuns(before: Instant, limit: number): Promise<readonly Run[]>
  /** Unfinished runs of one job and args, and one example per finished state. */
  runsOf(
    jobId: string,
    args: Args,
  ): Promise<{
    readonly unfinished: readonly { readonly id: RunId; readonly state: State }[]
    readonly finished: Readonly<Partial<Record<State, RunId>>>
  }>
  /** Due instants of a job in [from, to), in order; all jobs when `jobId` is null. At most `limit`. */
  instants(jobId: string | null, from: Instant, to: Instant, limit: number): Promise<readonly InstantRow[]>
  /** Instants in [from, to) by due time, job and schedule, beginning after a place; at most `limit`. Never delays other reads. */
  ledger(request: LedgerRequest): Promise<readonly InstantRow[]>
  /**
   * Instants due before a time that have no verdict, earliest first, at most `limit`, with the state of their runs; null where one has no run.
   * Looks at instants without a verdict only, so that it costs nothing where history is long.
   */
  undecidedInstants(
    before: Instant,
    limit: number,
  ): Promise<readonly (InstantRow & { readonly runState: State | null })[]>
  /** Undecided instants of a job, with the version of their runs. */
  pendingInstants(jobId: string): Promise<readonly (InstantRow & { readonly runVersion: number })[]>
  countInstants(from: Instant, to: Instant): Promise<Readonly<Record<Verdict | 'undecided', number>>>
  jobs(): Promise<readonly JobRow[]>
  /** A definition that some run pinned, by hash. */
  definition(hash: string): Promise<JobRow | null>
  cursors(): Promise<readonly CursorRow[]>
  /** All records of a kind, by id. */
  records(kind: RecordKind): Promise<readonly RecordRow[]>
  /** The definitions that a job has had, newest first; at most `limit`. */
  jobVersions(jobId: string, limit: number): Promise<readonly JobVersionRow[]>
  /** The next run number to give out; 1 in a new store. */
  nextRun(): Promise<number>
}
