/** Lets those who take runs out of the store do so one after the other, a slice at a time: two at once would copy the same runs, each to its archive. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Calls `body` when all that came before have ended, however that went. */
  take<Value>(body: () => Promise<Value>): Promise<Value> {
    const taken = this.#last.then(body)
    this.#last = taken.catch(() => undefined)
    return taken
  }
}
