/** Since when things are so that must not stay so, by what they are. */
export class Lasting {
  readonly #since = new Map<string, number>()

  /** All that is so at `now`. Gives those that have been so for longer than `most`, with how long. */
  judge(present: ReadonlySet<string>, now: number, most: number): readonly (readonly [what: string, ms: number])[] {
    for (const what of this.#since.keys()) if (!present.has(what)) this.#since.delete(what)
    const over: (readonly [string, number])[] = []
    for (const what of present) {
      const since = this.#since.get(what) ?? now
      this.#since.set(what, since)
      if (now - since > most) over.push([what, now - since])
    }
    return over
  }

  /** Counts anew. */
  clear(): void {
    this.#since.clear()
  }
}
