import type { JsonObject } from '@apsis/core/json'
import type { RunId } from '@apsis/core/run'
import { StoreError } from '../port/index.ts'
import { Misfit, object, parsed } from './shape.ts'

/** Metadata of a run from its JSON text. Throws `StoreError` `STORE_DAMAGED`, which names the run. */
export function decodeMeta(run: RunId, value: unknown): JsonObject {
  try {
    return object(parsed(value, 'metadata'), 'metadata')
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new StoreError('STORE_DAMAGED', `metadata of ${run} cannot be read: ${error.message}`, { cause: error })
  }
}
