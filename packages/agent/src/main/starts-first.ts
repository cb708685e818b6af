/** Longest that something waits for starts, ms. */
const LONGEST = 250
/** Between two looks whether they are through, ms. */
const LOOK = 10

/**
 * While many procs are to be started, what has happened to others waits a little: starts are late, and ends are not. Where hundreds are due at one instant
 * the processor would else be shared between those to come and those that are over.
 */
export class StartsFirst {
  readonly #busy: () => boolean

  /** `busy`: whether many starts are under way. */
  constructor(busy: () => boolean) {
    this.#busy = busy
  }

  get busy(): boolean {
    return this.#busy()
  }

  /** Resolves when few starts are under way, at the latest after 250 ms. */
  async turn(): Promise<void> {
    for (let waited = 0; waited < LONGEST && this.#busy(); waited += LOOK) {
      await new Promise<void>((resolve) => setTimeout(resolve, LOOK))
    }
  }
}
