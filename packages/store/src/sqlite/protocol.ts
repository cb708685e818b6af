import type { RecordKind, RunOrder } from '../port/index.ts'
import type { Applied, OtherOps, PagePlace } from '../row/index.ts'
import type { Failure } from './failure.ts'
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
  /** Locks the folder and opens or makes `runs.db`. */
  open(folder: string): void
  /** Runs of the batch of the next `commit`, which came in parts. */
  part(runs: PackedRuns): void
  /** Forgets the parts given since the last commit. */
  dropParts(): void
  commit(runs: PackedRuns, others: OtherOps): Applied
  close(): void
}

/** A piece of output: run number, output id, offset, bytes. */
export type ChunkValues = readonly [run: number, output: string, offset: number, data: Uint8Array]

/** What the thread that writes `outputs.db` does. */
export interface OutputsWriterMethods {
  open(folder: string): void
  append(chunks: readonly ChunkValues[]): readonly number[]
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
  readonly since: number | null
  readonly dueBefore: number | null
  readonly dueAfter: number | null
}

/** What a thread that reads does. Runs are named by number. */
export interface ReaderMethods {
  open(folder: string): void
  run(run: number): Slices
  runs(filter: FilterValues, order: RunOrder, start: PagePlace | null, limit: number): Slices
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
