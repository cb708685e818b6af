const HEADER = 12
const VERSION = 1
/** Most starts have an environment of a few kilobytes. */
const ROOM = 4096

/** Builds one frame for the launcher: length, version, op, request id, then what is added. Into one piece of memory, since a start has dozens of fields. */
export class FrameWriter {
  #bytes: Buffer = Buffer.allocUnsafe(ROOM)
  #used = HEADER

  constructor(op: number, request: number) {
    this.#bytes.fill(0, 0, HEADER)
    this.#bytes[4] = VERSION
    this.#bytes[5] = op
    this.#bytes.writeUInt32LE(request, 8)
  }

  /** Bytes after the length, so far. */
  get length(): number {
    return this.#used - 4
  }

  bytes(part: Uint8Array): void {
    const at = this.#take(part.length)
    this.#bytes.set(part, at)
  }

  /** A field of a start request. */
  field(tag: number, value: Uint8Array): void {
    this.#head(tag, value.length)
    this.bytes(value)
  }

  /** A field of text, in UTF-8. */
  text(tag: number, value: string): void {
    const length = Buffer.byteLength(value)
    this.#head(tag, length)
    const at = this.#take(length)
    this.#bytes.write(value, at, length)
  }

  /** What was built; nothing may be added after it. */
  result(): Uint8Array {
    this.#bytes.writeUInt32LE(this.#used - 4)
    return this.#bytes.subarray(0, this.#used)
  }

  #head(tag: number, length: number): void {
    const at = this.#take(6)
    this.#bytes.writeUInt16LE(tag, at)
    this.#bytes.writeUInt32LE(length, at + 2)
  }

  #take(count: number): number {
    const at = this.#used
    const needed = at + count
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, at))
      this.#bytes = grown
    }
    this.#used = needed
    return at
  }
}
