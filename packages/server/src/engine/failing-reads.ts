import type { Duration, Instant } from '@apsis/core/time'
import type { Clock, Log } from './ports.ts'

/** Time to the next try when a read fails for the first time, ms; each further wait is twice as long, */
const FIRST: Duration = 500
/** up to this. */
const LONGEST: Duration = 15_000
/** How often it is said that a read still fails, ms. */
const TOLD: Duration = 60_000

/** One read that fails. */
interface Failing {
  readonly since: Instant
  /** On the monotonic clock. */
  last: number
  wait: Duration
}

/** The reads of a kind that fail, in the order in which they began to. */
interface Kind {
  readonly since: Instant
  told: number
  readonly items: Map<unknown, Failing>
}

/**
 * Reads that the engine cannot do without, and that fail: since when, said now and then, tried again ever more seldom. Each is told apart from the
 * others of its kind by an `item`, and fails until it succeeds or is forgotten: so as many are held as reads are tried again.
 */
export class FailingReads {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #log: Log
  readonly #kinds = new Map<string, Kind>()

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  /** Since when some read fails; null while all succeed. */
  get since(): Instant | null {
    let since: Instant | null = null
    for (const { items } of this.#kinds.values()) {
      // The first one of a kind fails the longest.
      for (const one of items.values()) {
        if (since === null || one.since < since) since = one.since
        break
      }
    }
    return since
  }

  /** This read has failed; gives after how long it is to be tried again, ms. Who does not try it again, or no longer, forgets it. */
  failed(what: string, item: unknown, error: unknown): Duration {
    const at = this.#clock.monotonic()
    const now = this.#clock.now()
    let kind = this.#kinds.get(what)
    if (kind === undefined)
      this.#kinds.set(what, (kind = { since: now, told: Number.NEGATIVE_INFINITY, items: new Map() }))
    let one = kind.items.get(item)
    if (one === undefined) kind.items.set(item, (one = { since: now, last: at, wait: FIRST }))
    // Of several that were under way at once one counts.
    else if (at - one.last >= one.wait) {
      one.wait = Math.min(2 * one.wait, LONGEST)
      one.last = at
    }
    if (at - kind.told >= TOLD) {
      kind.told = at
      this.#log.error(`cannot read ${what}; trying again`, { event: 'store.unreadable', error: String(error) })
    }
    return one.wait
  }

  /** This read has succeeded. */
  well(what: string, item: unknown): void {
    this.#end(what, item, `can read ${what} again`, 'store.readable')
  }

  /** Nobody needs this read any more. */
  forget(what: string, item: unknown): void {
    this.#end(what, item, `need not read ${what} any more`, 'store.unread')
  }

  #end(what: string, item: unknown, message: string, event: string): void {
    const kind = this.#kinds.get(what)
    if (kind?.items.delete(item) !== true || kind.items.size > 0) return
    this.#kinds.delete(what)
    const seconds = Math.round((this.#clock.now() - kind.since) / 100) / 10
    this.#log.info(message, { event, seconds })
  }
}
