import type { Batch, RunWrite } from '../port/index.ts'
import { StoreError } from '../port/index.ts'
import { VERDICT_CODES } from './codes.ts'
import { checkedTime, type FactValues, generalFactValues, runFactValues } from './fact-row.ts'
import { type InstantValues, instantValues } from './instant-row.ts'
import { type JobValues, jobValues } from './job-row.ts'
import { boundText, checkedNumber, fixedValues, movingValues } from './run-row.ts'
import { type RecordValues, recordValues } from './record-row.ts'
import { type VersionValues, versionValues } from './version-row.ts'
import type { SqlValue } from './value.ts'

/** A `RunWrite` in values: flat, so that it is cheap to hand to another thread. */
export interface RunOp {
  readonly run: number
  readonly expect: number | null
  /** What no update changes, but for labels; null for an update. */
  readonly fixed: readonly [job: string, args: string, labels: string, origin: string] | null
  /** The new labels, as JSON text; null where they stay, or are among what is fixed. */
  readonly labels: string | null
  /** Of `MOVING_COLUMNS`. */
  readonly moving: readonly SqlValue[]
  /** Null when there is none, or when it is stored already. */
  readonly bound: string | null
  readonly instant: InstantValues | null
  readonly verdict: readonly [verdict: number, reason: string | null, decided: number] | null
  readonly meta: string | null
  readonly facts: readonly FactValues[]
}

/** A `Batch` without its runs, in values. */
export interface OtherOps {
  readonly withdrawals: readonly (readonly [run: number, expect: number, time: number])[]
  readonly instants: readonly InstantValues[]
  readonly facts: readonly FactValues[]
  readonly jobs: readonly JobValues[]
  readonly removedJobs: readonly string[]
  readonly cursors: readonly (readonly [job: string, key: string, until: number])[]
  readonly removedCursors: readonly (readonly [job: string, key: string])[]
  readonly records: readonly RecordValues[]
  readonly removedRecords: readonly (readonly [kind: string, id: string])[]
  readonly versions: readonly VersionValues[]
  readonly nextRun: number | null
}

/** A `Batch` in values. */
export interface BatchOps extends OtherOps {
  readonly runs: readonly RunOp[]
}

/** What applying a batch came to; `conflicts` are run numbers. */
export interface Applied {
  readonly firstSeq: number
  readonly nextSeq: number
  readonly conflicts: readonly number[]
}

/**
 * The values of one write. `boundStored` says whether what the run is bound to is known to be stored, so that it need not be
 * encoded again. Throws `StoreError` `STORE_REQUEST` for values that cannot be stored.
 */
export function runOp(write: RunWrite, boundStored: boolean): RunOp {
  const { run, expect, instant, verdict } = write
  if (expect !== null && instant !== undefined) {
    throw new StoreError(
      'STORE_REQUEST',
      `an instant is given with an update of ${run.id}: it is inserted with its run`,
    )
  }
  let latest = -Infinity
  const facts = write.facts.map((fact) => {
    const values = runFactValues(fact)
    if (fact.time > latest) latest = fact.time
    return values
  })
  return {
    run: checkedNumber(run.id),
    expect,
    fixed: expect === null ? fixedValues(run) : null,
    labels: expect !== null && write.relabelled === true ? JSON.stringify(run.labels) : null,
    moving: movingValues(run, latest),
    bound: boundStored ? null : boundText(run),
    instant: instant === undefined ? null : instantValues(instant),
    verdict: verdict === undefined ? null : [VERDICT_CODES[verdict.verdict], verdict.reason, checkedTime(verdict.at)],
    meta: write.meta === undefined ? null : JSON.stringify(write.meta),
    facts,
  }
}

/** The values of everything in a batch but its runs. Throws `StoreError` `STORE_REQUEST` for values that cannot be stored. */
export function otherOps(batch: Batch): OtherOps {
  const { nextRun } = batch
  if (nextRun !== undefined && (!Number.isSafeInteger(nextRun) || nextRun < 1)) {
    throw new StoreError('STORE_REQUEST', `the next run number is ${nextRun}, expected an integer from 1`)
  }
  return {
    withdrawals: (batch.withdrawals ?? []).map((gone) => [
      checkedNumber(gone.runId),
      gone.expect,
      checkedTime(gone.time),
    ]),
    instants: (batch.instants ?? []).map(instantValues),
    facts: (batch.facts ?? []).map(generalFactValues),
    jobs: (batch.jobs ?? []).map(jobValues),
    removedJobs: batch.removedJobs ?? [],
    cursors: (batch.cursors ?? []).map((row) => [row.jobId, row.scheduleKey, checkedTime(row.plannedUntil)]),
    removedCursors: (batch.removedCursors ?? []).map((row) => [row.jobId, row.scheduleKey]),
    records: (batch.records ?? []).map(recordValues),
    removedRecords: (batch.removedRecords ?? []).map(({ kind, id }) => [kind, id]),
    versions: (batch.jobVersions ?? []).map(versionValues),
    nextRun: nextRun ?? null,
  }
}
