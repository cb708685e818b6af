import type { Instant } from '../time/index.ts'

const MINUTE = 60_000

/** Start times that are no closer than a rate allows, however often they are asked for. */
export class StartSpacing {
  readonly #step: number
  #free: Instant = Number.NEGATIVE_INFINITY

  /** `rate`: starts a minute, above 0; null: any number. */
  constructor(rate: number | null) {
    this.#step = rate === null ? 0 : MINUTE / rate
  }

  /** The next start time, at or after `now`. */
  next(now: Instant): Instant {
    const at = Math.max(now, this.#free)
    this.#free = at + this.#step
    return at
  }

  /** Whether the next one need not wait. */
  isFree(now: Instant): boolean {
    return this.#free <= now
  }
}
