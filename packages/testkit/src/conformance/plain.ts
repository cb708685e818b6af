/** A float, told apart from an integer of the same value. */
export interface Float {
  readonly float: number
}

export type PlainMap = ReadonlyMap<string, Plain>

/** A MessagePack value, with everything told apart that the format tells apart. */
export type Plain = null | boolean | number | bigint | string | Uint8Array | Float | readonly Plain[] | PlainMap

export function isMap(value: Plain | undefined): value is PlainMap {
  return value instanceof Map
}

export function isArray(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value)
}

export function isFloat(value: Plain | undefined): value is Float {
  return typeof value === 'object' && value !== null && 'float' in value
}

/** A value where it is text; else what kind of value it is not. */
export function textOf(value: Plain | undefined): string {
  return typeof value === 'string' ? value : `(no text: ${typeof value})`
}

/** A map of an object's members, in their order. */
export function map(members: Readonly<Record<string, Plain>>): PlainMap {
  return new Map(Object.entries(members))
}

/** Bytes of hex digits, with spaces anywhere and ASCII text in quotes: `81 a1 'a' c0`. Only for bytes worked out by hand. */
export function hex(text: string): Buffer {
  const parts = text.match(/'[^']*'|[0-9a-f]{2}/g) ?? []
  return Buffer.concat(
    parts.map((part) => (part.startsWith("'") ? Buffer.from(part.slice(1, -1), 'latin1') : Buffer.from(part, 'hex'))),
  )
}
