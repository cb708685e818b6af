import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import type { ReadBounds } from './protocol.ts'

/**
 * A condition that holds for about one run in 128, whatever their numbers are: where a search looks whether it is to go on. Calling
 * into JavaScript for every run would cost as much as the search.
 */
export const MARK = '(num % 998353 * 1597334677 >> 22) & 127 = 0'

/**
 * Bounds what one question may take. SQLite here cannot be interrupted from outside: a question that may look at many rows calls
 * `alive()` every so often, which ends it with an error.
 */
export class Watch {
  readonly #bounds: ReadBounds
  #from = 0

  constructor(bounds: ReadBounds) {
    this.#bounds = bounds
  }

  /** Makes `alive()` known to a connection, and `folded(text)`, which compares as `text.toLowerCase()`. */
  serve(db: DatabaseSync): void {
    db.function('alive', () => {
      this.check()
      return 1
    })
    db.function('folded', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : null))
  }

  /** A question begins. */
  begin(): void {
    this.#from = performance.now()
  }

  /** Whether the search for the runs of a page, which began at `from`, has taken long enough. */
  isEnough(from: number): boolean {
    return performance.now() - from > this.#bounds.search
  }

  /** Throws `StoreError` `STORE_TIMEOUT` or `STORE_CANCELLED` where the question is to end. */
  check(): void {
    if (Atomics.load(this.#bounds.cancelled, 0) !== 0) throw cancelled()
    if (performance.now() - this.#from > this.#bounds.limit) throw timedOut(this.#bounds.limit)
  }
}

/** The error of a read that took too long. */
export function timedOut(limit: number): StoreError {
  const seconds = limit / 1_000
  return new StoreError('STORE_TIMEOUT', `the read took longer than ${seconds} s and was ended: ask for less at once`)
}

/** The error of a read that is no longer wanted. */
export function cancelled(): StoreError {
  return new StoreError('STORE_CANCELLED', 'the read was cancelled by who asked for it')
}
