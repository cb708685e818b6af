import type { Timers } from './timers.ts'
import type { Clock } from './ports.ts'

/** How long what need not be durable before it is carried out waits for that all the same, ms: a commit takes some milliseconds. */
const WAIT = 1_000

interface Waiting {
  readonly since: number
  readonly act: () => void
}

/**
 * What may go before its record: signals to processes that run, and the timers that watch these. While the store takes nothing it is carried out at
 * once, and while a commit hangs after a second, so that a job that fills the disk can be stopped. Bounded by the changes that wait to be durable.
 */
export class Early {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #timers: Pick<Timers, 'after'>
  readonly #failing: () => boolean
  /** In order of coming. */
  readonly #waiting = new Set<Waiting>()
  #armed = false

  constructor(clock: Pick<Clock, 'monotonic'>, timers: Pick<Timers, 'after'>, failing: () => boolean) {
    this.#clock = clock
    this.#timers = timers
    this.#failing = failing
  }

  /** `act` is called, once, where what led to it is not durable in time. Returns what is to be called when it is. */
  add(act: () => void): () => void {
    const waiting: Waiting = { since: this.#clock.monotonic(), act }
    this.#waiting.add(waiting)
    if (this.#failing()) this.#act(Number.POSITIVE_INFINITY)
    else this.#arm(WAIT)
    return () => void this.#waiting.delete(waiting)
  }

  #arm(delay: number): void {
    if (this.#armed) return
    this.#armed = true
    this.#timers.after('early', delay, () => {
      this.#armed = false
      this.#act(this.#failing() ? Number.POSITIVE_INFINITY : this.#clock.monotonic() - WAIT)
    })
  }

  /** Carries out, in order, what has waited since `until` or longer. */
  #act(until: number): void {
    for (const waiting of this.#waiting) {
      if (waiting.since > until) return this.#arm(waiting.since - until)
      this.#waiting.delete(waiting)
      waiting.act()
    }
  }
}
