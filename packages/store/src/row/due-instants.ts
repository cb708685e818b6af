import { INSTANT_STAYS, type InstantSelection, StoreError } from '../port/index.ts'
import { VERDICT_CODES } from './codes.ts'
import { checkedTime } from './fact-row.ts'

/** An `InstantSelection` in values. */
export interface DueInstants {
  readonly job: string | null
  /** Codes of verdicts, once each. */
  readonly verdicts: readonly number[]
  readonly before: number | null
  readonly keep: number | null
  /** Only those that were due before this. */
  readonly settled: number
}

/** The values of a selection. Throws `StoreError` `STORE_REQUEST` for one that cannot be. */
export function checkedInstants({ jobId, verdicts, before, keep, at }: InstantSelection): DueInstants {
  if (keep !== null && (jobId === null || !Number.isSafeInteger(keep) || keep < 0)) {
    throw new StoreError('STORE_REQUEST', `instants to keep are ${keep}, expected an integer from 0, and a job`)
  }
  return {
    job: jobId,
    verdicts: [...new Set(verdicts.map((verdict) => VERDICT_CODES[verdict]))],
    before: before === null ? null : checkedTime(before),
    keep,
    settled: settledBefore(at),
  }
}

/** Instants that were due before this may go at this time. */
export function settledBefore(at: number): number {
  return checkedTime(at) - INSTANT_STAYS
}
