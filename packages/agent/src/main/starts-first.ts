/** Starts under way beyond which what has happened to others waits. */
const MANY = 32
/** Time that each of them is given, ms: about what one takes on two cores. */
const EACH = 1
/** Longest that something waits for them, ms. */
const LONGEST = 1_000

/**
 * While many procs are to be started, what has happened to others waits a little: starts are late, and ends are not. Where hundreds are due at one instant
 * the processor would else be shared between those to come and those that are over.
 */
export class StartsFirst {
  readonly #unstarted: () => number

  /** `unstarted`: procs of whose start there is no sign yet. */
  constructor(unstarted: () => number) {
    this.#unstarted = unstarted
  }

  /** How long what can wait is to wait now, ms; 0 where few starts are under way. */
  get wait(): number {
    const unstarted = this.#unstarted()
    return unstarted > MANY ? Math.min(LONGEST, unstarted * EACH) : 0
  }

  /** Resolves when that is over. */
  async turn(): Promise<void> {
    const { wait } = this
    if (wait > 0) await new Promise<void>((resolve) => setTimeout(resolve, wait))
  }
}
