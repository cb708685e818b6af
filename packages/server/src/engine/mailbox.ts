import type { Clock, Log } from './ports.ts'

/** How long the mailbox may work before it lets other events of the process in, ms. */
const SLICE = 4
/** Tasks between two looks at the clock: looking costs more than most tasks. */
const STRIDE = 32

/**
 * Everything that happens to the engine, in order, one at a time (architecture, principle 9). After each slice `afterSlice` is called: it commits
 * what the slice produced.
 */
export class Mailbox {
  readonly #clock: Clock
  readonly #log: Log
  readonly #afterSlice: () => void
  #tasks: (() => void)[] = []
  #next = 0
  #running = false
  #stopped = false

  constructor(clock: Clock, log: Log, afterSlice: () => void) {
    this.#clock = clock
    this.#log = log
    this.#afterSlice = afterSlice
  }

  /** Tasks not taken yet. User commands are refused when it is too long; the rest is bounded by live runs. */
  get length(): number {
    return this.#tasks.length - this.#next
  }

  post(task: () => void): void {
    if (this.#stopped) return
    this.#tasks.push(task)
    if (!this.#running) {
      this.#running = true
      this.#clock.soon(() => this.#slice())
    }
  }

  /** Takes nothing more: what is in it is dropped, as a crash would. */
  stop(): void {
    this.#stopped = true
    this.#tasks = []
    this.#next = 0
  }

  #slice(): void {
    if (this.#stopped) return
    // Not the time of day: that may be set back meanwhile.
    const until = this.#clock.monotonic() + SLICE
    for (let done = 1; this.#next < this.#tasks.length; done++) {
      const task = this.#tasks[this.#next++]
      if (task !== undefined) this.#take(task)
      if (done % STRIDE === 0 && this.#clock.monotonic() >= until) break
    }
    if (this.#next >= this.#tasks.length) {
      this.#tasks = []
      this.#next = 0
      this.#running = false
    } else {
      if (this.#next > 1024) {
        this.#tasks = this.#tasks.slice(this.#next)
        this.#next = 0
      }
      this.#clock.soon(() => this.#slice())
    }
    this.#afterSlice()
  }

  /** One input that cannot be handled is a bug, and must not keep everything else from going on. */
  #take(task: () => void): void {
    try {
      task()
    } catch (error) {
      this.#log.error('an input could not be handled: this is a defect, please report it', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
    }
  }
}
