import type { Plain } from './plain.ts'

/**
 * Reads one MessagePack value as an existing server's decoder and a keen reader of bytes would: every length and integer in its shortest
 * form, floats of 64 bits, map keys text and none twice, text valid UTF-8, and nothing after it. Throws Error that says what is not so.
 * Written from the format's own page; shares nothing with the codec under test.
 */
export function readPlain(bytes: Uint8Array): Plain {
  const reader = new Reader(bytes)
  const value = reader.value()
  if (reader.at !== bytes.length) throw new Error(`${bytes.length - reader.at} bytes after the value`)
  return value
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  value(): Plain {
    const tag = this.#unsigned(1)
    if (tag <= 0x7f) return tag
    if (tag <= 0x8f) return this.#map(tag & 0x0f)
    if (tag <= 0x9f) return this.#array(tag & 0x0f)
    if (tag <= 0xbf) return this.#string(tag & 0x1f)
    if (tag >= 0xe0) return tag - 0x100
    switch (tag) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#length(1 << (tag - 0xc4), tag === 0xc4 ? 0 : 1 << (8 * (tag - 0xc4))))
      case 0xcb:
        return { float: this.#view.getFloat64(this.#skip(8)) }
      case 0xcc:
        return this.#length(1, 0x80)
      case 0xcd:
        return this.#length(2, 0x100)
      case 0xce:
        return this.#length(4, 0x1_0000)
      case 0xcf:
        return this.#wide(this.#view.getBigUint64(this.#skip(8)), 0x1_0000_0000n, false)
      case 0xd0:
        return this.#negative(this.#view.getInt8(this.#skip(1)), -0x20)
      case 0xd1:
        return this.#negative(this.#view.getInt16(this.#skip(2)), -0x80)
      case 0xd2:
        return this.#negative(this.#view.getInt32(this.#skip(4)), -0x8000)
      case 0xd3:
        return this.#wide(this.#view.getBigInt64(this.#skip(8)), -0x8000_0000n, true)
      case 0xd9:
        return this.#string(this.#length(1, 32))
      case 0xda:
        return this.#string(this.#length(2, 0x100))
      case 0xdb:
        return this.#string(this.#length(4, 0x1_0000))
      case 0xdc:
        return this.#array(this.#length(2, 16))
      case 0xdd:
        return this.#array(this.#length(4, 0x1_0000))
      case 0xde:
        return this.#map(this.#length(2, 16))
      case 0xdf:
        return this.#map(this.#length(4, 0x1_0000))
      default:
        throw new Error(`byte ${tag.toString(16)} at ${this.at - 1}: a form that no peer sends`)
    }
  }

  #skip(count: number): number {
    const from = this.at
    if (from + count > this.#bytes.length) throw new Error('cut off')
    this.at += count
    return from
  }

  #take(count: number): Uint8Array {
    // A plain Uint8Array, whatever kind it was read from.
    return Uint8Array.from(this.#bytes.subarray(this.#skip(count), this.at))
  }

  #unsigned(bytes: number): number {
    const from = this.#skip(bytes)
    return bytes === 1
      ? this.#view.getUint8(from)
      : bytes === 2
        ? this.#view.getUint16(from)
        : this.#view.getUint32(from)
  }

  #length(bytes: number, least: number): number {
    const value = this.#unsigned(bytes)
    if (value < least) throw new Error(`${value} is not in its shortest form`)
    return value
  }

  #negative(value: number, below: number): number {
    if (value >= below) throw new Error(`${value} is not in its shortest form`)
    return value
  }

  #wide(value: bigint, bound: bigint, negative: boolean): number | bigint {
    if (negative ? value >= bound : value < bound) throw new Error(`${value} is not in its shortest form`)
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }

  #string(length: number): string {
    return this.#text.decode(this.#take(length))
  }

  #array(length: number): readonly Plain[] {
    return Array.from({ length }, () => this.value())
  }

  #map(length: number): ReadonlyMap<string, Plain> {
    const map = new Map<string, Plain>()
    for (let index = 0; index < length; index++) {
      const key = this.value()
      if (typeof key !== 'string') throw new Error('a map key that is no text')
      if (map.has(key)) throw new Error(`the key ${key} twice`)
      map.set(key, this.value())
    }
    return map
  }
}
