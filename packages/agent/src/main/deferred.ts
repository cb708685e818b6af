import type { StartsFirst } from './starts-first.ts'

/** Hands on what comes, each of it once however often it came meanwhile, when starts have had their turn. */
export class Deferred<T> {
  readonly #starts: StartsFirst
  readonly #keyOf: (item: T) => string
  readonly #take: (item: T) => void
  readonly #waiting = new Map<string, T>()

  constructor(starts: StartsFirst, keyOf: (item: T) => string, take: (item: T) => void) {
    this.#starts = starts
    this.#keyOf = keyOf
    this.#take = take
  }

  /** Hands it on: at once, or later with what else waits. */
  add(item: T): void {
    if (this.#waiting.size === 0 && this.#starts.wait === 0) return this.#take(item)
    this.#waiting.set(this.#keyOf(item), item)
    if (this.#waiting.size === 1) void this.#later()
  }

  async #later(): Promise<void> {
    await this.#starts.turn()
    const items = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const item of items) this.#take(item)
  }
}
