import type { QueryTerm } from '@apsis/core/query'
import type { FreePages, RecordKind, RunOrder } from '../port/index.ts'
import type { Applied, DueInstants, OtherOps, PagePlace } from '../row/index.ts'
import type { Failure } from './failure.ts'
import type { Versions } from './migrate.ts'
import type { PackedRuns } from './packed-runs.ts'

/** What a thread does, by method. */
export type Methods<M> = { readonly [Name in keyof M]: (...args: never[]) => unknown }

/** A request to a thread that does `M`. */
export type Ask<M extends Methods<M>> = {
  readonly [Name in keyof M]: { readonly id: number; readonly method: Name; readonly args: Parameters<M[Name]> }
}[keyof M]

/** What became of requests, several at a time. */
export type Answers = readonly (readonly [id: number, value: unknown, failure: Failure | null])[]

/** What the thread that writes `runs.db` does. */
export interface RunsWriterMethods {
  /** Locks the folder and opens or makes `runs.db`. Where that is of an older version, it says so instead, and `migrate` is to be asked next. */
  open(folder: string): Versions | null
  /** Brings `runs.db` to the newest version, and opens it. */
  migrate(): void
  /** Notes that `outputs.db` is there: from then on it must not be missing. */
  outputsMade(): void
  /** Runs of the batch of the next `commit`, which came in parts. */
  part(runs: PackedRuns): void
  /** Forgets the parts given since the last commit. */
  dropParts(): void
  commit(runs: PackedRuns, others: OtherOps): Applied
  /** Notes, durably, that these runs are to be copied to the archive at a path, which is absolute; the note goes with the run. */
  copying(path: string, runs: readonly RunVersion[]): void
  /** Removes the first of these finished runs, as many as one slice allows, at a time. */
  remove(runs: readonly RunVersion[], at: number): RemovedRows
  /** Removes the first of these instants, as many as one slice allows, where they are decided and have no run. */
  removeInstants(keys: readonly InstantKey[]): { readonly looked: number; readonly removed: number }
  /** What runs are bound to from now on gets numbers above the one returned. */
  freshBounds(): number
  /** Removes what no run is bound to. */
  removeBounds(bounds: readonly number[]): void
  vacuum(): FreePages
  close(): void
}

/** A piece of output: run number, output id, offset, bytes. */
export type ChunkValues = readonly [run: number, output: string, offset: number, data: Uint8Array]

/** What the thread that writes `outputs.db` does. */
export interface OutputsWriterMethods {
  open(folder: string): void
  append(chunks: readonly ChunkValues[]): readonly number[]
  /** Removes the outputs of the first of these runs, as much as one slice allows: how many are done. */
  remove(runs: readonly number[]): number
  vacuum(): FreePages
  close(): void
}

/** A run at a version. */
export type RunVersion = readonly [run: number, version: number]

/** How many runs were looked at, and which were removed; `seq`: number of the fact that says so, where any were. */
export interface RemovedRows {
  readonly looked: number
  readonly removed: readonly number[]
  readonly seq: number
}

/** The key of an instant; jobs by number. */
export type InstantKey = readonly [job: number, due: number, key: string]

/** A `DueSelection` in values. */
export interface DueValues {
  readonly job: string | null
  readonly states: readonly number[]
  readonly before: number | null
  readonly keep: number | null
  /** Only runs of higher numbers. */
  readonly after: number
}

/** What was written into an archive, and the numbers of the runs that were not. */
export interface ArchivedRows {
  readonly runs: number
  readonly facts: number
  readonly outputs: number
  readonly refused: readonly number[]
}

/** Numbers of runs that are in another archive, as they are now, or may be in one that cannot be read. */
export interface RunsElsewhere {
  readonly there: readonly number[]
  readonly unknown: readonly number[]
}

/** What the thread that keeps the store does: it reads both databases, and writes archives. */
export interface KeeperMethods {
  open(folder: string): void
  jobIds(): readonly string[]
  /** Run, version, last change. */
  /** `next`: after which to go on, null at the end. */
  due(selection: DueValues, limit: number): { readonly rows: Rows; readonly next: number | null }
  countFinished(before: number, limit: number): number
  /** Decided instants without a run that are due to go, at most `limit`. */
  dueInstants(selection: DueInstants, limit: number): readonly InstantKey[]
  /** Runs numbered above `after` that have output and are no longer there, of some that are looked at; `next` is null at the end. */
  orphans(after: number): { readonly runs: readonly number[]; readonly next: number | null }
  /** Looks which of these runs are in other archives already, which they may be after a crash. */
  elsewhere(path: string, runs: readonly RunVersion[]): RunsElsewhere
  archive(path: string, runs: readonly RunVersion[]): ArchivedRows
  /** Notes for a sweep what the runs numbered above `after` are bound to, some of them; the last of these, or null at the end. `most`: highest number noted. */
  markBounds(sweep: number, after: number, most: number): number | null
  /** Numbers of bounds that this sweep did not note, above `after`. Fails once another sweep has begun. */
  unmarkedBounds(sweep: number, after: number, limit: number): readonly number[]
  close(): void
}

/** Rows as JSON texts of some hundred rows each, so that the receiver can parse them in pieces. */
export type Slices = readonly string[]

/** Rows of a short answer. */
export type Rows = readonly (readonly unknown[])[]

/** A `RunFilter` in values. */
export interface FilterValues {
  readonly job: string | null
  readonly prefix: string | null
  /** In lower case. */
  readonly text: string | null
  readonly states: readonly number[] | null
  readonly args: readonly (readonly [name: string, value: string])[]
  readonly ids: readonly number[] | null
  /** Last change at or after, and before. */
  readonly since: number | null
  readonly until: number | null
  readonly dueBefore: number | null
  readonly dueAfter: number | null
  /** What is left of the query. */
  readonly terms: readonly QueryTerm[]
}

/** A `LedgerRequest` in values. */
export interface LedgerValues {
  readonly from: number
  readonly to: number
  readonly job: string | null
  /** Codes, null for none; null: any. */
  readonly verdicts: readonly (number | null)[] | null
  readonly later: number | null
  readonly after: readonly [due: number, job: string, key: string] | null
  readonly limit: number
}

/** A page as it goes between threads. */
export interface PageRows {
  readonly runs: Slices
  /** After which the next page begins; null at the end. */
  readonly next: PagePlace | null
}

/** Bounds of the work of a thread that reads. */
export interface ReadBounds {
  /** Longest that one question may take, ms. */
  readonly limit: number
  /** After which the search for the runs of a page stops, ms. */
  readonly search: number
  /** Whether the thread gives way to others that want the processor. */
  readonly yields: boolean
  /** Not 0: the question that is being answered is no longer wanted. */
  readonly cancelled: Int32Array<SharedArrayBuffer>
}

/** What a thread that reads does. Runs are named by number. */
export interface ReaderMethods {
  open(folder: string, bounds: ReadBounds): void
  run(run: number): Slices
  runs(filter: FilterValues, order: RunOrder, start: PagePlace | null, limit: number): PageRows
  countRuns(filter: FilterValues, limit: number): number
  meta(run: number): string | null
  metas(runs: readonly number[]): Slices
  log(run: number): Slices
  facts(after: number, limit: number): Slices
  lastSeq(): number
  outputs(run: number): Rows
  output(run: number, output: string, start: number, end: number): Uint8Array | null
  liveRuns(): Slices
  scheduledRuns(before: number, limit: number): Slices
  /** Of each: run number and code of the state. */
  runsOf(
    job: string,
    args: string,
  ): {
    readonly unfinished: Rows
    readonly finished: Rows
  }
  instants(job: string | null, from: number, to: number, limit: number): Slices
  ledger(request: LedgerValues): Slices
  undecidedInstants(before: number, limit: number): Slices
  pendingInstants(job: string): Slices
  countInstants(from: number, to: number): Rows
  jobs(): Slices
  definition(hash: string): Slices
  cursors(): Slices
  records(kind: RecordKind): Rows
  jobVersions(job: string, limit: number): Rows
  nextRun(): number
  close(): void
}
