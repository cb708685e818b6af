import { StoreError, type Verdict } from '../port/index.ts'
import { verdictOf } from './codes.ts'

/** Number of instants by verdict. */
export type InstantCounts = Readonly<Record<Verdict | 'undecided', number>>

/** Adds up rows of: code of the verdict or null, number. Throws `StoreError` `STORE_DAMAGED` for an unknown code. */
export function instantCounts(rows: readonly (readonly unknown[])[]): InstantCounts {
  const counts = { started: 0, skipped: 0, missed: 0, held: 0, superseded: 0, undecided: 0 }
  for (const [code, number] of rows) {
    const verdict = code === null ? 'undecided' : verdictOf(code)
    if (verdict === null) throw new StoreError('STORE_DAMAGED', `an instant has the verdict ${String(code)}`)
    counts[verdict] += Number(number)
  }
  return counts
}
