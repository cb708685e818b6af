const SECOND = 1_000
const MINUTE = 60_000

/**
 * Calls back now and then: once a second while something needs that, else once a minute, so that an idle agent costs its host nothing. What
 * begins to need it says so by `hasten`.
 */
export class Beat {
  readonly #tick: () => void
  readonly #needed: () => boolean
  #timer: NodeJS.Timeout | null = null
  #soon = false

  /** `needed`: asked after each call whether the next is to come within a second. */
  constructor(tick: () => void, needed: () => boolean) {
    this.#tick = tick
    this.#needed = needed
  }

  /** Begins; the first call comes after a second. */
  start(): void {
    this.#arm(true)
  }

  /** The next call comes within a second. Nothing before `start` and after `stop`. */
  hasten(): void {
    if (this.#timer !== null && !this.#soon) this.#arm(true)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #arm(soon: boolean): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#soon = soon
    this.#timer = setTimeout(() => this.#beat(), soon ? SECOND : MINUTE)
  }

  #beat(): void {
    // Until it is over, nothing is to be hastened.
    this.#soon = true
    this.#tick()
    if (this.#timer !== null) this.#arm(this.#needed())
  }
}
