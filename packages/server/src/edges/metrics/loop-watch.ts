/** How the event loop was held up: ms. */
export interface LoopDelays {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
}

export interface LoopWatchOptions {
  /** Each measured delay, ms. */
  readonly measured: (delay: number) => void
  /** The loop stood still for at least `BLOCKED`: for how long, and for how much of it the thread computed, ms. */
  readonly blocked: (delay: number, cpu: number) => void
}

/** Time between two measurements, ms. */
const EVERY = 25
/** From when on a delay is worth a line of the log, ms. */
export const BLOCKED = 200

/**
 * Measures how late a timer of the event loop is: what an input that arrives at any moment would suffer. Whatever blocks the loop for longer than 25 ms is
 * seen.
 */
export class LoopWatch {
  readonly #options: LoopWatchOptions
  #timer: NodeJS.Timeout | null = null
  #count = 0
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = 0

  constructor(options: LoopWatchOptions) {
    this.#options = options
  }

  start(): void {
    let due = performance.now() + EVERY
    let cpu = process.threadCpuUsage()
    const look = (): void => {
      const now = performance.now()
      const delay = Math.max(0, now - due)
      this.#note(delay)
      if (delay >= BLOCKED) {
        const { user, system } = process.threadCpuUsage(cpu)
        this.#options.blocked(delay, (user + system) / 1_000)
      }
      cpu = process.threadCpuUsage()
      due = performance.now() + EVERY
      this.#timer = setTimeout(look, EVERY).unref()
    }
    this.#timer = setTimeout(look, EVERY).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  /** What was measured since the last call; zeros where nothing was. */
  take(): LoopDelays {
    const count = this.#count
    const taken =
      count === 0
        ? { count, min: 0, max: 0, mean: 0 }
        : { count, min: this.#min, max: this.#max, mean: this.#sum / count }
    this.#count = 0
    this.#sum = 0
    this.#min = Number.POSITIVE_INFINITY
    this.#max = 0
    return taken
  }

  #note(delay: number): void {
    this.#count++
    this.#sum += delay
    this.#min = Math.min(this.#min, delay)
    this.#max = Math.max(this.#max, delay)
    this.#options.measured(delay)
  }
}
