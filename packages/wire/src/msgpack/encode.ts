import { utf8Length } from './utf8.ts'
import { Writer } from './writer.ts'

const NO_KEYS: ReadonlySet<string> = new Set()

/**
 * The MessagePack of a tree of null, booleans, numbers, bigints, strings, Uint8Arrays, arrays and plain objects, as the Rust agent writes it
 * (spec/procstar.md 4.2): integers in the shortest form, other numbers as float64, objects as maps with string keys in their own order, members
 * that are undefined left out. A number under a key of `floats` is a float64 even when it is whole.
 *
 * Throws RangeError for an integer beyond 64 bits and TypeError for a value of another kind: both are bugs of the caller.
 *
 * Own code, as neither library writes what strict peers read: both `@msgpack/msgpack` 3.1.3 and `msgpackr` 2 write a whole float as an integer and
 * a lone surrogate as bytes that are not UTF-8 (on which a Python peer closes the connection), and msgpackr writes 2^40 as a float. On
 * decoding see `decode`.
 */
export function encode(value: unknown, floats: ReadonlySet<string> = NO_KEYS, capacity = 2048): Uint8Array {
  const writer = new Writer(capacity)
  write(writer, value, floats, false)
  return writer.result()
}

function write(writer: Writer, value: unknown, floats: ReadonlySet<string>, float: boolean): void {
  switch (typeof value) {
    case 'string':
      return writeText(writer, value)
    case 'number':
      return float || !Number.isSafeInteger(value) || Object.is(value, -0)
        ? writeFloat(writer, value)
        : writeInteger(writer, value)
    case 'boolean':
      return writer.u8(value ? 0xc3 : 0xc2)
    case 'bigint':
      return writeBigInt(writer, value)
    case 'object':
      if (value === null) return writer.u8(0xc0)
      if (value instanceof Uint8Array) return writeBytes(writer, value)
      if (Array.isArray(value)) return writeArray(writer, value, floats)
      // Any object may be read by its own keys.
      return writeMap(writer, value as { readonly [key: string]: unknown }, floats)
    default:
      throw new TypeError(`a ${typeof value} cannot be encoded`)
  }
}

function writeArray(writer: Writer, items: readonly unknown[], floats: ReadonlySet<string>): void {
  writeHeader(writer, items.length, 0x90, 0xdc)
  for (const item of items) write(writer, item, floats, false)
}

function writeMap(writer: Writer, map: { readonly [key: string]: unknown }, floats: ReadonlySet<string>): void {
  const keys = Object.keys(map)
  let length = 0
  for (const key of keys) if (map[key] !== undefined) length++
  writeHeader(writer, length, 0x80, 0xde)
  for (const key of keys) {
    const member = map[key]
    if (member === undefined) continue
    writeText(writer, key)
    write(writer, member, floats, floats.has(key))
  }
}

function writeHeader(writer: Writer, length: number, fix: 0x80 | 0x90, wide: 0xdc | 0xde): void {
  if (length < 16) writer.u8(fix | length)
  else if (length < 0x1_0000) {
    writer.u8(wide)
    writer.u16(length)
  } else {
    writer.u8(wide + 1)
    writer.u32(length)
  }
}

function writeText(writer: Writer, text: string): void {
  const length = utf8Length(text)
  if (length < 32) writer.u8(0xa0 | length)
  else writeLength(writer, length, 0xd9)
  writer.text(text, length)
}

function writeBytes(writer: Writer, bytes: Uint8Array): void {
  writeLength(writer, bytes.length, 0xc4)
  writer.bytes(bytes)
}

// Three codes in a row for a length of 8, 16 and 32 bits.
function writeLength(writer: Writer, length: number, code: 0xc4 | 0xd9): void {
  if (length < 0x100) {
    writer.u8(code)
    writer.u8(length)
  } else if (length < 0x1_0000) {
    writer.u8(code + 1)
    writer.u16(length)
  } else {
    writer.u8(code + 2)
    writer.u32(length)
  }
}

function writeFloat(writer: Writer, value: number): void {
  writer.u8(0xcb)
  writer.f64(value)
}

function writeInteger(writer: Writer, value: number): void {
  if (value > 0xffff_ffff || value < -0x8000_0000) return writeBigInt(writer, BigInt(value))
  if (value >= 0) {
    if (value < 0x80) writer.u8(value)
    else if (value < 0x100) {
      writer.u8(0xcc)
      writer.u8(value)
    } else if (value < 0x1_0000) {
      writer.u8(0xcd)
      writer.u16(value)
    } else {
      writer.u8(0xce)
      writer.u32(value)
    }
  } else if (value >= -32) writer.i8(value)
  else if (value >= -0x80) {
    writer.u8(0xd0)
    writer.i8(value)
  } else if (value >= -0x8000) {
    writer.u8(0xd1)
    writer.i16(value)
  } else {
    writer.u8(0xd2)
    writer.i32(value)
  }
}

function writeBigInt(writer: Writer, value: bigint): void {
  if (value >= -0x8000_0000n && value <= 0xffff_ffffn) return writeInteger(writer, Number(value))
  if (value >= 0n && value < 1n << 64n) {
    writer.u8(0xcf)
    writer.u64(value)
  } else if (value < 0n && value >= -(1n << 63n)) {
    writer.u8(0xd3)
    writer.i64(value)
  } else throw new RangeError(`${value} does not fit in 64 bits`)
}
