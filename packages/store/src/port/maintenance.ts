import type { RunId, State } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type { Verdict } from './batch.ts'

/** Finished runs to take away. A run is due when any of the bounds that are given says so. */
export interface DueSelection {
  /** Null: all jobs. */
  readonly jobId: string | null
  /** Finished states; others never match. */
  readonly states: readonly State[]
  /** Last change before this; null: whatever its age. */
  readonly before: Instant | null
  /** All but this many, the newest by number, of the job's runs in these states; null: however many. Only with `jobId`. */
  readonly keep: number | null
  /** Only runs numbered above this one: goes on where an earlier selection ended. Only with `jobId`. */
  readonly after?: RunId
}

/** A finished run at the version at which it was found due. */
export interface DueRun {
  readonly runId: RunId
  readonly version: number
  /** Its last change. */
  readonly changed: Instant
}

/** An instant of the ledger stays at least this long after it was due, ms: schedules are compared with the ledger about now, and a revised one is planned from now. */
export const INSTANT_STAYS: Duration = 86_400_000

/** Runs that were removed together: the fact `removed` that tells of them. */
export interface RunRemoval {
  /** Number of the fact. */
  readonly seq: number
  readonly time: Instant
  readonly runIds: readonly RunId[]
}

/**
 * Decided instants without a run to take away. One is due when any of the bounds that are given says so, and it was due `INSTANT_STAYS` before `at` at
 * the latest.
 */
export interface InstantSelection {
  /** Null: all jobs. */
  readonly jobId: string | null
  readonly verdicts: readonly Verdict[]
  /** Decided before this; null: whenever. */
  readonly before: Instant | null
  /** All but this many of each verdict, those decided last; null: however many. Only with `jobId`. */
  readonly keep: number | null
  /** Now. */
  readonly at: Instant
}

/** What was written into an archive: rows, and the runs that are to stay, as the archive has others of their ids or another may have them. */
export interface Archived {
  readonly runs: number
  readonly facts: number
  readonly outputs: number
  readonly refused: readonly RunId[]
}

/** Pages that a database file has and does not use. */
export interface FreePages {
  /** Bytes given back to the file system, or to be when the log is next copied into the database. */
  readonly freed: number
  /** Bytes that are still free within the files. */
  readonly left: number
}

/**
 * Keeping a store: what takes history away, or gives space back. Everything here is done in slices of a few milliseconds beside
 * commits, and may be repeated after a crash. Rejects with `StoreError`.
 */
export interface Maintenance {
  /** Ids of all jobs that runs were ever of. */
  jobIds(): Promise<readonly string[]>
  /**
   * Runs that are due, by number for one job, by last change for all jobs; at most `limit` (1 to 10,000). Of one job, it looks at runs by number
   * in slices, until a whole slice of them was created after what is due.
   */
  due(selections: readonly DueSelection[], limit: number): Promise<readonly DueRun[]>
  /** Number of runs that are finished and changed last before `before`, counting at most `limit`. */
  countFinished(before: Instant, limit: number): Promise<number>
  /**
   * Removes finished runs that are still of these versions: run, facts, metadata and instant, then their outputs. An instant that was due less than
   * `INSTANT_STAYS` before `at`, which is now, stays with its verdict and without the run, until `removeInstants`. Resolves with how many were removed.
   * Runs that go in one transaction are told of by one fact, `removed`, in it; `told` is called in the turn in which that is known to be durable, before
   * any later commit is answered. Such facts stay for the newest million of numbers. The numbers of facts that go are not used again.
   */
  remove(runs: readonly DueRun[], at: Instant, told?: (removal: RunRemoval) => void): Promise<number>
  /**
   * Removes decided instants that have no run, those decided first, at most `limit` (1 to 10,000); resolves with how many. It makes no facts: an instant
   * without a run was never told of.
   */
  removeInstants(selection: InstantSelection, limit: number): Promise<number>
  /**
   * Copies runs with all that belongs to them into the archive at `path`, made where there is none, in one transaction; resolves when it is
   * durable. Runs that are there already are left out; one that was changed since takes the place of its copy. Those of which the archive has another
   * run are `refused`, and so are those that may be, since a crash, in another archive that is there and cannot be read; those that are in another one stay in that
   * only, and are to be removed as the others. Rejects with `STORE_ARCHIVE` where it is another kind of file or cannot be written. A store without files rejects.
   */
  archive(path: string, runs: readonly DueRun[]): Promise<Archived>
  /** Gives unused space of the files back, some at a time. `left` is 0 when there is no more. */
  vacuum(): Promise<FreePages>
  /**
   * Removes what no run is bound to any more; resolves with how many texts that were. Meant for once a day: it looks at every run. One goes on at
   * a time: who asks meanwhile shares it. It ends early, between two slices, once `wanted` is false for all who asked.
   */
  sweep(wanted?: () => boolean): Promise<number>
}
