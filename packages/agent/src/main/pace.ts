/** Length of the stretch that is counted in, ms. */
const STRETCH = 100
/** How many in one stretch are fast. */
const FAST = 10

/** Whether something happens more often than a hundred times a second. */
export class Pace {
  readonly #now: () => number
  #since = Number.NEGATIVE_INFINITY
  #count = 0

  /** `now`: a clock that never goes back, ms. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts one more; whether it is one of many. */
  isFast(): boolean {
    const now = this.#now()
    if (now - this.#since > STRETCH) {
      this.#since = now
      this.#count = 0
    }
    this.#count++
    return this.#count > FAST
  }
}
