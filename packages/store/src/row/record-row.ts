import { type RecordKind, type RecordRow, StoreError } from '../port/index.ts'
import { Misfit, object, parsed, text } from './shape.ts'

/** A record: kind, id, JSON text. */
export type RecordValues = readonly [kind: string, id: string, json: string]

/** Values of a record. */
export function recordValues({ kind, id, json }: RecordRow): RecordValues {
  return [kind, id, JSON.stringify(json)]
}

/** The record of a row of a kind: id, JSON text. Throws `StoreError` `STORE_DAMAGED`, which names the record. */
export function decodeRecord(kind: RecordKind, row: readonly unknown[]): RecordRow {
  const [id, json] = row
  try {
    return { kind, id: text(id, 'id'), json: object(parsed(json, 'record'), 'record') }
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new StoreError('STORE_DAMAGED', `${kind} ${String(id)} cannot be read: ${error.message}`, { cause: error })
  }
}
