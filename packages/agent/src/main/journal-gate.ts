/**
 * Holds back inputs until every journal has been read to its end, as the machine counts on. Those that come while it is being read wait for
 * the next reading, all of them together.
 */
export class JournalGate<T> {
  readonly #catchUp: () => Promise<void>
  readonly #release: (input: T) => void
  readonly #trouble: (error: unknown) => void
  #held: T[] = []
  #reading = false

  constructor(catchUp: () => Promise<void>, release: (input: T) => void, trouble: (error: unknown) => void) {
    this.#catchUp = catchUp
    this.#release = release
    this.#trouble = trouble
  }

  /** Releases the input after the journals have been read. */
  hold(input: T): void {
    this.#held.push(input)
    if (!this.#reading) void this.#read()
  }

  /** Whether something is held back: being read for, or to be tried again. */
  get holds(): boolean {
    return this.#held.length > 0
  }

  /** Tries again what could not be read. */
  retry(): void {
    if (this.#held.length > 0 && !this.#reading) void this.#read()
  }

  async #read(): Promise<void> {
    this.#reading = true
    while (this.#held.length > 0) {
      const count = this.#held.length
      try {
        await this.#catchUp()
      } catch (error) {
        // They stay held: to let them through would be to declare lost what may be well.
        this.#trouble(error)
        break
      }
      for (const input of this.#held.splice(0, count)) this.#release(input)
    }
    this.#reading = false
  }
}
