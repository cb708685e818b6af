import type { State } from '@apsis/core/run'
import { type InstantRow, type LedgerRequest, StoreError } from '../port/index.ts'
import { STATE_CODES, stateOf, VERDICT_CODES } from './codes.ts'
import { readHeld } from './detail.ts'
import { decodeInstant } from './instant-row.ts'
import { checkLimit } from './page.ts'
import { list, Misfit, number, parsed, text } from './shape.ts'

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

/** An instant without a verdict, with what its run says. */
export interface PeekedInstant extends Pick<InstantRow, 'jobId' | 'scheduleKey' | 'due'> {
  /** Null where its run is not held. */
  readonly held: { readonly reason: string | null } | null
  /** Of its run; none where it has none. */
  readonly labels: readonly string[]
}

/** Of a row of: job, schedule key, due; of its run: state, labels, detail. Throws `StoreError` `STORE_DAMAGED`, which names the instant. */
export function decodePeeked([job, key, due, state, labels, detail]: readonly unknown[]): PeekedInstant {
  try {
    return {
      jobId: text(job, 'job'),
      scheduleKey: text(key, 'schedule key'),
      due: number(due, 'due'),
      held: state === STATE_CODES.scheduled ? readHeld(detail) : null,
      labels: labels === null ? [] : list(parsed(labels, 'labels'), 'labels', text),
    }
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    const name = `the run of instant ${String(due)} of job ${String(job)}`
    throw new StoreError('STORE_DAMAGED', `${name} cannot be read: ${error.message}`, { cause: error })
  }
}
