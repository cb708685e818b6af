/** How long to wait between attempts to connect (spec/procstar.md 4.6). */
export interface BackoffOptions {
  /** First wait, ms. */
  readonly start: number
  /** What each further wait is multiplied by. */
  readonly factor: number
  /** Longest wait, ms. */
  readonly longest: number
  /** Failures in a row after which to give up. */
  readonly attempts: number
}

/** Counts failures in a row. */
export class Backoff {
  readonly #options: BackoffOptions
  #failures = 0

  constructor(options: BackoffOptions) {
    this.#options = options
  }

  /** After a success, the next wait is the first again. */
  reset(): void {
    this.#failures = 0
  }

  /** After a failure: the ms to wait, or null to give up. No jitter, as existing agents have it. */
  next(): number | null {
    const { start, factor, longest, attempts } = this.#options
    const wait = Math.min(longest, start * factor ** this.#failures)
    this.#failures++
    return this.#failures >= attempts ? null : wait
  }
}
