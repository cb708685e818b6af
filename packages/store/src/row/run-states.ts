import { type RunId, runId, type State } from '@apsis/core/run'
import { StoreError } from '../port/index.ts'
import { stateOf } from './codes.ts'

/** A run and its state from: number, code of the state. Throws `StoreError` `STORE_DAMAGED`, which names the run. */
export function decodeRunState(row: readonly unknown[]): { readonly id: RunId; readonly state: State } {
  const [number, code] = row
  const state = stateOf(code)
  if (typeof number === 'number' && state !== null) return { id: runId(number), state }
  throw new StoreError('STORE_DAMAGED', `run r${String(number)} cannot be read: state is ${String(code)}`)
}
