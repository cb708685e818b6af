import type { Instant } from '@apsis/core/time'
import type { Args, Run, RunFact, RunId } from '@apsis/core/run'
import type { JsonObject } from '@apsis/core/json'

/** What became of a due instant. `started`: its run left `scheduled` to wait for conditions or to start. */
export type Verdict = 'started' | 'skipped' | 'missed' | 'held' | 'superseded'

/** A due instant: the ledger row that a run grows from. Unique by (jobId, scheduleKey, due). */
export interface InstantRow {
  readonly jobId: string
  readonly scheduleKey: string
  readonly due: Instant
  readonly args: Args
  /** The run that grows from it; null for an instant that was missed without one. */
  readonly runId: RunId | null
  /** Null while it is still to come or being decided. */
  readonly verdict: Verdict | null
  readonly reason: string | null
  readonly decidedAt: Instant | null
}

/**
 * A change of one run and what it means elsewhere, applied whole or not at all.
 * `expect` null inserts; else it updates the row whose version is `expect`. Where the guard (or a unique key) does not
 * hold, nothing of this write is applied, and the run is named in `CommitReply.conflicts`.
 */
export interface RunWrite {
  readonly run: Run
  readonly expect: number | null
  readonly facts: readonly (RunFact & { readonly time: Instant })[]
  /** Inserted together with the run (`expect` null): the instant that it grows from. */
  readonly instant?: InstantRow
  /** The verdict on the instant of this run, where it has one without a verdict. The first verdict stays. */
  readonly verdict?: { readonly verdict: Verdict; readonly reason: string | null; readonly at: Instant }
  /** New metadata of the run (whole). */
  readonly meta?: JsonObject
  /** The labels of a stored run are others now; absent: they stay, whatever the run given says. Args and origin never change. */
  readonly relabelled?: true
}

/** A run that was still `scheduled` and is no longer wanted: run, facts and undecided instant are removed. Guarded by version. */
export interface RunWithdrawal {
  readonly runId: RunId
  readonly expect: number
  readonly time: Instant
}

/** A fact that is not about a run. */
export type GeneralFact =
  | { readonly type: 'job'; readonly change: 'added' | 'changed' | 'removed'; readonly jobId: string }
  | {
      readonly type: 'agent'
      readonly change: 'connected' | 'disconnected' | 'changed' | 'removed'
      readonly connId: string
      readonly data: JsonObject
    }
  | { readonly type: 'pause'; readonly change: 'added' | 'ended'; readonly pauseId: string }
  /** `ended`: its last run has, or it was cancelled. What it makes is told by the facts of the runs. */
  | { readonly type: 'backfill'; readonly change: 'added' | 'ended'; readonly backfillId: string }

/** A job as stored: the last good set, ad hoc jobs, and every definition that a run may have pinned. */
export interface JobRow {
  readonly jobId: string
  readonly hash: string
  /** Of a row that was read it may be parsed only now, and throw `StoreError` `STORE_DAMAGED`. */
  readonly json: JsonObject
  readonly adHoc: boolean
}

/** Up to when a schedule has been planned. A schedule that is new starts at the time when it was first seen. */
export interface CursorRow {
  readonly jobId: string
  readonly scheduleKey: string
  readonly plannedUntil: Instant
}

/**
 * A small durable record of the server's own, such as a pause or a backfill: a JSON document by kind and id. What is in it is declared
 * where it is used. A kind has at most ten thousand or so.
 */
export interface RecordRow {
  readonly kind: RecordKind
  /** Unique within the kind. */
  readonly id: string
  readonly json: JsonObject
}

export type RecordKind = 'agent' | 'pause' | 'backfill' | 'drain' | 'gone' | 'relabel' | 'setting'

/** Since when a job has had a definition. */
export interface JobVersionRow {
  readonly jobId: string
  readonly since: Instant
  /** Of its definition; null: since then the job is no longer there. */
  readonly hash: string | null
}

/**
 * One transaction. Everything in it is durable, or nothing is (except for writes named in `conflicts`).
 * Withdrawals are applied before `runs`, so that a run can take the instant of the one that it replaces; the withdrawal of a run
 * that is also in `runs` is applied after. A row of `instants` whose key is there already is left out.
 */
export interface Batch {
  readonly runs?: readonly RunWrite[]
  readonly withdrawals?: readonly RunWithdrawal[]
  readonly instants?: readonly InstantRow[]
  readonly facts?: readonly (GeneralFact & { readonly time: Instant })[]
  readonly jobs?: readonly JobRow[]
  readonly removedJobs?: readonly string[]
  readonly cursors?: readonly CursorRow[]
  readonly removedCursors?: readonly { readonly jobId: string; readonly scheduleKey: string }[]
  /** Put in place of those of the same kind and id. */
  readonly records?: readonly RecordRow[]
  readonly removedRecords?: readonly Pick<RecordRow, 'kind' | 'id'>[]
  /** Added to the history of jobs; one of a job and time replaces. */
  readonly jobVersions?: readonly JobVersionRow[]
  /** The next run number to give out; stored so that numbers are never given twice. It never falls. */
  readonly nextRun?: number
}

export interface CommitReply {
  /**
   * Numbers of the facts of this batch, without a gap: first those of `runs` (in order, conflicting ones left out), then one
   * `deleted` fact per withdrawal that applied, then `facts`. `firstSeq` is the number of the first; equal to `nextSeq` when there is none.
   */
  readonly firstSeq: number
  readonly nextSeq: number
  /** Runs whose write or withdrawal was not applied. */
  readonly conflicts: readonly RunId[]
}

/** Bytes of one output of a run. Bytes below the stored length are ignored (a repeat does no harm); a gap is an error. */
export interface OutputChunk {
  readonly runId: RunId
  readonly outputId: string
  readonly offset: number
  readonly data: Uint8Array
}
