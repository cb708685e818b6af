import type { State } from '@apsis/core/run'
import { type InstantRow, type LedgerRequest, StoreError } from '../port/index.ts'
import { stateOf, VERDICT_CODES } from './codes.ts'
import { decodeInstant } from './instant-row.ts'
import { checkLimit } from './page.ts'

/** The verdicts of a request in codes, null for instants without one; null: any. Throws `StoreError` `STORE_REQUEST` for a limit out of range. */
export function ledgerVerdicts({ verdicts, limit }: LedgerRequest): readonly (number | null)[] | null {
  checkLimit(limit)
  return verdicts?.map((verdict) => (verdict === 'undecided' ? null : VERDICT_CODES[verdict])) ?? null
}

/** A place in the ledger; null for its beginning. */
export function ledgerPlace(after: LedgerRequest['after']): readonly [due: number, job: string, key: string] | null {
  return after === undefined ? null : [after.due, after.jobId, after.scheduleKey]
}

/** An instant without a verdict, with the code of its run's state at the end of its row; null where it has no run. */
export function decodeUndecided(row: readonly unknown[]): InstantRow & { readonly runState: State | null } {
  const instant = decodeInstant(row)
  const runState = stateOf(row[8])
  if (runState === null && row[8] !== null)
    throw new StoreError('STORE_DAMAGED', `the run of an instant has the state ${JSON.stringify(row[8])}`)
  return { ...instant, runState }
}
