const HEADER = 12
const VERSION = 1

/** Builds one frame for the launcher: length, version, op, request id, then what is added. */
export class FrameWriter {
  readonly #parts: Uint8Array[] = []
  #length = HEADER
  readonly #op: number
  readonly #request: number

  constructor(op: number, request: number) {
    this.#op = op
    this.#request = request
  }

  /** Bytes after the length, so far. */
  get length(): number {
    return this.#length - 4
  }

  bytes(part: Uint8Array): void {
    this.#parts.push(part)
    this.#length += part.length
  }

  /** A field of a start request. */
  field(tag: number, value: Uint8Array): void {
    const head = Buffer.alloc(6)
    head.writeUInt16LE(tag)
    head.writeUInt32LE(value.length, 2)
    this.bytes(head)
    this.bytes(value)
  }

  /** A field of text, in UTF-8. */
  text(tag: number, value: string): void {
    this.field(tag, Buffer.from(value))
  }

  result(): Uint8Array {
    const header = Buffer.alloc(HEADER)
    header.writeUInt32LE(this.#length - 4)
    header.writeUInt8(VERSION, 4)
    header.writeUInt8(this.#op, 5)
    header.writeUInt32LE(this.#request, 8)
    return Buffer.concat([header, ...this.#parts], this.#length)
  }
}
