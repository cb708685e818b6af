/** Bytes of results that may wait for their readers; beyond, no further one is made. */
export const MOST_WAITING: number = 256 * 1024 * 1024

/**
 * The results that are in memory, over all requests: one is made at a time, and only while those that wait for their readers are fewer bytes than
 * the limit. So there are never more than that and one.
 */
export class AnswerBudget {
  readonly #most: number
  #used = 0
  #making: Promise<unknown> = Promise.resolve()
  #freed = Promise.withResolvers<void>()

  constructor(most: number = MOST_WAITING) {
    this.#most = most
  }

  get isFull(): boolean {
    return this.#used >= this.#most
  }

  /** Makes one in its turn; null: there is no room. Its bytes count until they are given back. */
  make(body: () => Promise<Buffer | null>): Promise<{ readonly body: Buffer | null } | null> {
    const made = this.#making.then(async () => {
      if (this.isFull) return null
      const bytes = await body()
      this.#used += bytes?.length ?? 0
      return { body: bytes }
    })
    this.#making = made.catch(() => {})
    return made
  }

  give(bytes: number): void {
    this.#used -= bytes
    this.#freed.resolve()
    this.#freed = Promise.withResolvers()
  }

  /** Resolves when there may be room, or when nobody waits any more. */
  async room(signal: AbortSignal): Promise<void> {
    const gone = Promise.withResolvers<void>()
    const go = (): void => gone.resolve()
    signal.addEventListener('abort', go)
    while (this.isFull && !signal.aborted) await Promise.race([this.#freed.promise, gone.promise])
    signal.removeEventListener('abort', go)
  }
}
