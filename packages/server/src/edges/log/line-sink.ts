import { close, open, write, writeSync } from 'node:fs'
import { promisify } from 'node:util'

/** Where lines go. */
export interface LineSinkOptions {
  /** A file that is appended to and made where there is none; or a descriptor that is open. */
  readonly to: string | number
  /** Characters that may wait to be written; default 4 MiB. What comes beyond is dropped. */
  readonly most?: number
  /** The line that stands where lines were dropped. */
  readonly dropped: (lines: number) => string
  /** Writing fails, or works again (null): called once each time. */
  readonly trouble: (error: Error | null) => void
}

const MOST: number = 4 << 20
/** Written in one go, characters. */
const PIECE: number = 256 << 10
/** Time until what failed is tried again, ms: a full disk, and a descriptor that others made non-blocking. */
const RETRY = 1_000
const AGAIN = 20
/** How long closing waits for what is not written yet, ms. */
const PATIENCE = 2_000

const openFile = promisify(open)
const closeFile = promisify(close)

/**
 * Writes lines in the background, in order: whoever logs never waits for a disk or a pipe. While nothing can be written, a bounded number of lines waits;
 * what does not fit is dropped, and a line says how many were.
 */
export class LineSink {
  readonly #options: LineSinkOptions
  readonly #most: number
  #fd: number | null
  #lines: string[] = []
  #size = 0
  #dropped = 0
  #busySince: number | null = null
  #failing = false
  #reopen = false
  #ended = false
  #idle: (() => void)[] = []
  #wake: () => void = () => {}

  private constructor(options: LineSinkOptions, fd: number) {
    this.#options = options
    this.#most = options.most ?? MOST
    this.#fd = fd
  }

  /** Rejects where the file cannot be opened. */
  static async open(options: LineSinkOptions): Promise<LineSink> {
    const { to } = options
    return new LineSink(options, typeof to === 'number' ? to : await openFile(to, 'a', 0o640))
  }

  /** `line` ends in a line feed. */
  write(line: string): void {
    if (this.#ended) return
    // Once something was dropped, there is a gap until there is room for more than the next line.
    const most = this.#dropped > 0 ? this.#most / 2 : this.#most
    if (this.#size + line.length > most) {
      this.#dropped++
      return
    }
    this.#tellDropped()
    this.#add(line)
    if (this.#busySince === null) void this.#pump()
  }

  /** Opens the file anew, by its name, before the next line: what was renamed stays as it is. Nothing for a descriptor. */
  reopen(): void {
    if (typeof this.#options.to === 'number' || this.#ended) return
    this.#reopen = true
    this.#wake()
    if (this.#busySince === null) void this.#pump()
  }

  /** Writes what waits, for up to 2 s, then takes no more. */
  async close(): Promise<void> {
    await this.#emptied()
    this.#ended = true
    this.#wake()
    const fd = this.#fd
    // A write that is stuck still needs the descriptor.
    if (fd === null || typeof this.#options.to === 'number' || this.#busySince !== null) return
    this.#fd = null
    await closeFile(fd)
  }

  /** Writes what waits at once; for the end of a process that has no time. Not where writing fails or is stuck. */
  flushNow(): void {
    const stuck = this.#busySince !== null && performance.now() - this.#busySince > AGAIN
    if (this.#fd === null || this.#failing || stuck || this.#lines.length === 0) return
    try {
      writeSync(this.#fd, this.#lines.splice(0).join(''))
      this.#size = 0
    } catch {
      // There is nowhere left to say so.
    }
  }

  #add(line: string): void {
    this.#lines.push(line)
    this.#size += line.length
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return
    this.#add(this.#options.dropped(this.#dropped))
    this.#dropped = 0
  }

  async #pump(): Promise<void> {
    this.#busySince = performance.now()
    while (!this.#ended) {
      if (this.#reopen) await this.#openAgain()
      if (this.#lines.length === 0) this.#tellDropped()
      if (this.#lines.length === 0) break
      const piece = this.#take()
      await this.#writeAll(Buffer.from(piece))
      this.#size -= piece.length
    }
    this.#busySince = null
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #take(): string {
    let length = 0
    const count = this.#lines.findIndex((line) => (length += line.length) > PIECE)
    return this.#lines.splice(0, count === -1 ? this.#lines.length : Math.max(1, count)).join('')
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#ended; ) {
      try {
        this.#busySince = performance.now()
        at += await written(this.#fd ?? -1, bytes.subarray(at))
        if (this.#failing) {
          this.#failing = false
          this.#options.trouble(null)
        }
      } catch (error) {
        await this.#failed(error instanceof Error ? error : new Error(String(error)))
      }
    }
  }

  async #failed(error: Error): Promise<void> {
    const code = 'code' in error ? error.code : null
    if (code === 'EAGAIN') return this.#pause(AGAIN)
    // Whoever read it is gone, and does not come back.
    if (typeof this.#options.to === 'number' && (code === 'EPIPE' || code === 'EBADF')) {
      this.#ended = true
      return
    }
    if (!this.#failing) {
      this.#failing = true
      this.#options.trouble(error)
    }
    await this.#pause(RETRY)
    if (this.#reopen) await this.#openAgain()
  }

  async #openAgain(): Promise<void> {
    const { to } = this.#options
    this.#reopen = false
    if (typeof to === 'number') return
    try {
      const fd = await openFile(to, 'a', 0o640)
      const before = this.#fd
      this.#fd = fd
      if (before !== null) await closeFile(before)
    } catch (error) {
      // What is open is better than nothing.
      this.#options.trouble(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #emptied(): Promise<void> {
    if (this.#busySince === null || this.#ended) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE)
      this.#idle.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}

function written(fd: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, (error, count) => (error === null ? resolve(count) : reject(error)))
  })
}
