import type { Timers } from './timers.ts'
import type { Clock } from './ports.ts'

/** How long what need not be durable before it is carried out waits for that all the same, ms: a commit takes some milliseconds. */
const WAIT = 1_000
/** How long who asked waits for the store while it does not say that it fails, ms: a database that another process has locked fails after 5 s. */
const PATIENCE = 10_000

/** What led to it is not durable: the store says that it takes nothing, or has not answered for `PATIENCE`. */
export type Unrecorded = 'failing' | 'silent'

interface Waiting {
  readonly since: number
  act: (() => void) | null
  readonly answer: ((why: Unrecorded) => void) | null
}

/**
 * What may go before its record: signals to processes that run, and the timers that watch these. While the store takes nothing it is carried out at
 * once, and while a commit hangs after a second, so that a job that fills the disk can be stopped. Who asked is answered before the record only where the
 * store fails, or is silent for long: a store that is just slow records it in the end. Bounded by the changes that wait to be durable.
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

  /**
   * `act` and `answer` are called, each once at most, where what led to them is not durable in time; null: nothing is to be done, or nobody asked.
   * Returns what is to be called when it is durable.
   */
  add(act: (() => void) | null, answer: ((why: Unrecorded) => void) | null): () => void {
    const waiting: Waiting = { since: this.#clock.monotonic(), act, answer }
    this.#waiting.add(waiting)
    if (this.#failing()) this.#look()
    else this.#arm(WAIT)
    return () => void this.#waiting.delete(waiting)
  }

  #arm(delay: number): void {
    if (this.#armed) return
    this.#armed = true
    this.#timers.after('early', delay, () => {
      this.#armed = false
      this.#look()
    })
  }

  /** Carries out and answers, in order, what has waited for long enough. */
  #look(): void {
    const failing = this.#failing()
    const now = this.#clock.monotonic()
    let again = false
    for (const waiting of this.#waiting) {
      const waited = now - waiting.since
      // Those after it have not waited longer.
      if (!failing && waited < WAIT) return this.#arm(WAIT - waited)
      const { act, answer } = waiting
      waiting.act = null
      act?.()
      if (answer === null) this.#waiting.delete(waiting)
      else if (failing || waited >= PATIENCE) {
        this.#waiting.delete(waiting)
        answer(failing ? 'failing' : 'silent')
      } else again = true
    }
    if (again) this.#arm(WAIT)
  }
}
