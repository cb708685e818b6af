import type { FileHandle } from 'node:fs/promises'

/** Bytes of one read: what is parsed at a time without a pause. */
const READ = 64 * 1024
/** A line longer than this is none of ours: a request is at most 64 MiB, and its text in a journal at most twice that. */
const LONGEST_LINE = 160 * 1024 * 1024
const NEWLINE = 0x0a

/** Reads the lines of a journal as it grows. */
export class JournalReader {
  readonly #file: FileHandle
  readonly #onLine: (line: string) => void
  readonly #buffer = Buffer.allocUnsafe(READ)
  #offset = 0
  /** The line that is not whole yet. */
  #parts: Buffer[] = []
  #partial = 0
  #running: Promise<void> = Promise.resolve()
  #queued: Promise<void> | null = null
  #closed = false

  constructor(file: FileHandle, onLine: (line: string) => void) {
    this.#file = file
    this.#onLine = onLine
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset
  }

  /** Resolves when everything that was in the file at the call has been handed on. */
  catchUp(): Promise<void> {
    this.#queued ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#queued = null
        this.#running = this.#drain()
        return this.#running
      })
    return this.#queued
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running.catch(() => {})
    await this.#file.close()
  }

  async #drain(): Promise<void> {
    while (!this.#closed) {
      const { bytesRead } = await this.#file.read(this.#buffer, 0, READ, this.#offset)
      if (bytesRead === 0) return
      this.#offset += bytesRead
      this.#split(this.#buffer.subarray(0, bytesRead))
      if (bytesRead < READ) return
    }
  }

  #split(bytes: Buffer): void {
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#line(bytes.subarray(start, end))
      start = end + 1
    }
    const rest = bytes.subarray(start)
    if (rest.length === 0) return
    this.#partial += rest.length
    if (this.#partial <= LONGEST_LINE) this.#parts.push(Buffer.from(rest))
    else this.#parts = []
  }

  #line(end: Buffer): void {
    const whole = this.#partial === 0 ? end : Buffer.concat([...this.#parts, end])
    const tooLong = this.#partial > LONGEST_LINE
    this.#parts = []
    this.#partial = 0
    if (whole.length > 0 && !tooLong) this.#onLine(whole.toString('utf8'))
  }
}
