import type { Duration, Instant } from '@apsis/core/time'
import type { Clock, Log } from './ports.ts'

/** Time to the next try when a read fails for the first time, ms; each further wait is twice as long, */
const FIRST: Duration = 500
/** up to this. */
const LONGEST: Duration = 15_000
/** How often it is said that a read still fails, ms. */
const TOLD: Duration = 60_000

interface Failing {
  readonly since: Instant
  /** On the monotonic clock. */
  last: number
  told: number
  wait: Duration
}

/** Reads that the engine cannot do without, and that fail: since when, said now and then, tried again ever more seldom. As many as there are kinds of reads. */
export class FailingReads {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #log: Log
  readonly #failing = new Map<string, Failing>()

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  /** Since when some read fails; null while all succeed. */
  get since(): Instant | null {
    let since: Instant | null = null
    for (const one of this.#failing.values()) if (since === null || one.since < since) since = one.since
    return since
  }

  /** A read of this kind has failed; gives after how long it is to be tried again, ms. */
  failed(what: string, error: unknown): Duration {
    const at = this.#clock.monotonic()
    const before = this.#failing.get(what)
    const one = before ?? { since: this.#clock.now(), last: at, told: Number.NEGATIVE_INFINITY, wait: FIRST }
    if (before === undefined) this.#failing.set(what, one)
    // Of several that were under way at once one counts.
    else if (at - one.last >= one.wait) {
      one.wait = Math.min(2 * one.wait, LONGEST)
      one.last = at
    }
    if (at - one.told >= TOLD) {
      one.told = at
      this.#log.error(`cannot read ${what}; trying again`, { event: 'store.unreadable', error: String(error) })
    }
    return one.wait
  }

  /** A read of this kind has succeeded. */
  well(what: string): void {
    const one = this.#failing.get(what)
    if (one === undefined) return
    this.#failing.delete(what)
    const seconds = Math.round((this.#clock.now() - one.since) / 100) / 10
    this.#log.info(`can read ${what} again`, { event: 'store.readable', seconds })
  }
}
