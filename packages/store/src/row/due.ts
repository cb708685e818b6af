import { isFinished } from '@apsis/core/run'
import { type DueSelection, StoreError } from '../port/index.ts'
import { STATE_CODES } from './codes.ts'
import { checkedTime } from './fact-row.ts'
import { checkedNumber } from './run-row.ts'

/** A selection in values: job, codes of finished states, once each, and the bounds. Throws `StoreError` `STORE_REQUEST` for one that cannot be. */
export function checkedDue({ jobId, states, before, keep, after }: DueSelection): {
  readonly job: string | null
  readonly states: readonly number[]
  readonly before: number | null
  readonly keep: number | null
  readonly after: number
} {
  if (keep !== null && (jobId === null || !Number.isSafeInteger(keep) || keep < 0)) {
    throw new StoreError('STORE_REQUEST', `runs to keep are ${keep}, expected an integer from 0, and a job`)
  }
  if (after !== undefined && jobId === null)
    throw new StoreError('STORE_REQUEST', 'expected a job, as runs after one of it are asked for')
  const codes = new Set(states.filter(isFinished).map((state) => STATE_CODES[state]))
  return {
    job: jobId,
    states: [...codes],
    before: before === null ? null : checkedTime(before),
    keep,
    after: after === undefined ? 0 : checkedNumber(after),
  }
}
