import { appendText, type Lines, NO_LINES } from './text.ts'

/** Most bytes that are held of an output. */
export const MAX_HELD: number = 4 << 20

/** A stretch of an output, as bytes and as text. */
export class OutputWindow {
  readonly #limit: number
  #pieces: Uint8Array[] = []
  #start: number
  #end: number
  #decoder = new TextDecoder()
  #lines: Lines = NO_LINES

  /** An empty window at byte `start`. */
  constructor(start: number, limit: number = MAX_HELD) {
    this.#start = start
    this.#end = start
    this.#limit = limit
  }

  /** Offset of the first byte held. */
  get start(): number {
    return this.#start
  }

  /** Offset after the last byte held. */
  get end(): number {
    return this.#end
  }

  get lines(): readonly string[] {
    return this.#lines.lines
  }

  /** Whether nothing more may be put in front. */
  get isFull(): boolean {
    return this.#end - this.#start >= this.#limit
  }

  /** Adds bytes at the end. Beyond the limit, the earliest pieces go. Throws `RangeError` where they do not join on. */
  append(data: Uint8Array, offset: number): void {
    if (offset !== this.#end) throw new RangeError(`output from byte ${offset}; expected ${this.#end}`)
    const kept = data.length > this.#limit ? data.subarray(data.length - this.#limit) : data
    this.#pieces.push(kept)
    this.#end += data.length
    let held = this.#pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (held <= this.#limit) {
      this.#read(data, this.#end - data.length === this.#start)
      return
    }
    // More than the limit asks for goes at once: what is left must be read anew.
    while (held > this.#limit * 0.75 && this.#pieces.length > 1) held -= this.#pieces.shift()?.length ?? 0
    this.#start = this.#end - held
    this.#readAll()
  }

  /** Adds bytes in front. Throws `RangeError` where they do not join on. */
  prepend(data: Uint8Array, offset: number): void {
    if (offset + data.length !== this.#start) {
      throw new RangeError(`output up to byte ${offset + data.length}; expected ${this.#start}`)
    }
    this.#pieces.unshift(data)
    this.#start = offset
    this.#readAll()
  }

  /** Nothing follows: what waited for more is text. */
  finish(): void {
    this.#lines = appendText(this.#lines, this.#decoder.decode(), true)
  }

  #readAll(): void {
    this.#decoder = new TextDecoder()
    this.#lines = NO_LINES
    this.#pieces.forEach((piece, index) => this.#read(piece, index === 0))
  }

  #read(data: Uint8Array, first: boolean): void {
    const whole = first && this.#start > 0 ? data.subarray(continuation(data)) : data
    this.#lines = appendText(this.#lines, this.#decoder.decode(whole, { stream: true }))
  }
}

/** How many bytes at the beginning belong to a character that began before. */
function continuation(data: Uint8Array): number {
  let count = 0
  while (count < 3 && ((data[count] ?? 0) & 0xc0) === 0x80) count += 1
  return count
}
