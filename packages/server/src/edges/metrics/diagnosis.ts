import type { Log } from '../../engine/index.ts'

/** Time between two lines about the same, ms. */
const BETWEEN = 10_000
/** A commit that takes longer than this is worth a line, ms. */
export const SLOW_COMMIT = 1_000

/** Says in the log what holds a server up: the first time at once, and what comes within 10 s of a line as one line, with how often and the longest. */
export class Diagnosis {
  readonly #log: Pick<Log, 'warn'>
  readonly #later: (ms: number, then: () => void) => () => void
  readonly #told = new Map<string, Told>()

  /** `later` calls back after so many ms; what it returns cancels. */
  constructor(log: Pick<Log, 'warn'>, later: (ms: number, then: () => void) => () => void) {
    this.#log = log
    this.#later = later
  }

  /** The event loop stood still, ms; `cpu`: for how much of that its thread computed. */
  blocked(delay: number, cpu: number): void {
    // A thread that did not compute was not given the processor: that is not to be found in this program.
    const message =
      cpu < delay / 2
        ? 'the server stood still: the machine gave it no time to compute'
        : 'the server stood still: one piece of work took too long'
    this.#warn('loop.blocked', message, delay, { cpu_ms: Math.round(cpu) })
  }

  /** A commit took so long, ms, for so many runs; null: it has taken so long up to now. */
  slowCommit(took: number, runs: number | null): void {
    const message =
      runs === null
        ? 'changes are not durable yet: is the disk slow?'
        : 'changes took long to be durable: is the disk slow?'
    this.#warn('commit.slow', message, took, runs === null ? {} : { runs })
  }

  stop(): void {
    for (const { cancel } of this.#told.values()) cancel()
    this.#told.clear()
  }

  #warn(event: string, message: string, ms: number, data: Readonly<Record<string, unknown>>): void {
    const told = this.#told.get(event)
    if (told !== undefined) {
      told.times++
      if (ms > told.longest) Object.assign(told, { longest: ms, message, data })
      return
    }
    this.#log.warn(message, { event, ms: Math.round(ms), ...data })
    const cancel = this.#later(BETWEEN, () => {
      const { times, longest, ...last } = this.#told.get(event) ?? { times: 0, longest: 0, message, data }
      this.#told.delete(event)
      if (times > 0) this.#log.warn(last.message, { event, times, longest_ms: Math.round(longest), ...last.data })
    })
    this.#told.set(event, { cancel, times: 0, longest: 0, message, data })
  }
}

interface Told {
  readonly cancel: () => void
  times: number
  longest: number
  message: string
  data: Readonly<Record<string, unknown>>
}
