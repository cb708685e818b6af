import { type Plain, writePlain } from '../conformance/index.ts'
import type { Json } from './mutate.ts'
import { SPEC_ATOMS } from './spec-seeds.ts'

/** The edges of every type, without what the decoder takes for malformed. */
export const PACKED_ATOMS: readonly Json[] = SPEC_ATOMS.filter(
  (atom) => !/__proto__|\\ud800/.test(JSON.stringify(atom)),
)

/** A document in MessagePack: well-made, whatever is in it. */
export function packed(value: Json): Buffer {
  return writePlain(plain(value))
}

function plain(value: Json): Plain {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : { float: value }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  return new Map(Object.entries(value).map(([key, member]) => [key, plain(member)]))
}

/** A message as a document; bytes become text, which is wrong and well-made. */
export function unpacked(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (value instanceof Uint8Array) return 'bytes'
  if (Array.isArray(value)) return value.map(unpacked)
  if (typeof value !== 'object') throw new Error(`no part of a message: ${typeof value}`)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unpacked(member)]))
}
