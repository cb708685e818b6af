/** Keeps what was made last: at most `limit` entries of a total `size`, the longest unused going first. */
export class BoundedCache<T> {
  readonly #limit: number
  readonly #maxSize: number
  readonly #entries = new Map<string, T>()
  #size = 0

  constructor(limit: number, maxSize: number) {
    this.#limit = limit
    this.#maxSize = maxSize
  }

  /** What is kept under a key, else what `make` gives, which is then kept. The size of an entry is the length of its key. */
  get(key: string, make: () => T): T {
    const kept = this.#entries.get(key)
    if (kept !== undefined) {
      this.#entries.delete(key)
      this.#entries.set(key, kept)
      return kept
    }
    const made = make()
    this.#entries.set(key, made)
    this.#size += key.length
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limit && this.#size <= this.#maxSize) break
      this.#entries.delete(oldest)
      this.#size -= oldest.length
    }
    return made
  }
}
