import { isFinished } from '@apsis/core/run'
import { type DueSelection, StoreError } from '../port/index.ts'
import { STATE_CODES } from './codes.ts'
import { checkedTime } from './fact-row.ts'

/** A selection in values: job, codes of finished states, once each, and the bounds. Throws `StoreError` `STORE_REQUEST` for one that cannot be. */
export function checkedDue({ jobId, states, before, keep }: DueSelection): {
  readonly job: string | null
  readonly states: readonly number[]
  readonly before: number | null
  readonly keep: number | null
} {
  if (keep !== null && (jobId === null || !Number.isSafeInteger(keep) || keep < 0)) {
    throw new StoreError('STORE_REQUEST', `runs to keep are ${keep}, expected an integer from 0, and a job`)
  }
  const codes = new Set(states.filter(isFinished).map((state) => STATE_CODES[state]))
  return { job: jobId, states: [...codes], before: before === null ? null : checkedTime(before), keep }
}
