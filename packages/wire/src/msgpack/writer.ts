import { writeUtf8 } from './utf8.ts'

/** Bytes that grow: the target of the encoder. Each write takes its room first, since that may replace the view. */
export class Writer {
  #bytes: Uint8Array
  #view: DataView
  #used = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** What has been written: a view, valid until the next write. */
  result(): Uint8Array {
    return this.#bytes.subarray(0, this.#used)
  }

  u8(value: number): void {
    const at = this.#take(1)
    this.#view.setUint8(at, value)
  }
  u16(value: number): void {
    const at = this.#take(2)
    this.#view.setUint16(at, value)
  }
  u32(value: number): void {
    const at = this.#take(4)
    this.#view.setUint32(at, value)
  }
  i8(value: number): void {
    const at = this.#take(1)
    this.#view.setInt8(at, value)
  }
  i16(value: number): void {
    const at = this.#take(2)
    this.#view.setInt16(at, value)
  }
  i32(value: number): void {
    const at = this.#take(4)
    this.#view.setInt32(at, value)
  }
  u64(value: bigint): void {
    const at = this.#take(8)
    this.#view.setBigUint64(at, value)
  }
  i64(value: bigint): void {
    const at = this.#take(8)
    this.#view.setBigInt64(at, value)
  }
  f64(value: number): void {
    const at = this.#take(8)
    this.#view.setFloat64(at, value)
  }
  bytes(value: Uint8Array): void {
    const at = this.#take(value.length)
    this.#bytes.set(value, at)
  }

  /** `text` as UTF-8; `length` is its `utf8Length`. */
  text(text: string, length: number): void {
    const at = this.#take(length)
    writeUtf8(text, this.#bytes, at)
  }

  #take(count: number): number {
    const at = this.#used
    const needed = at + count
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, at))
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    this.#used = needed
    return at
  }
}
