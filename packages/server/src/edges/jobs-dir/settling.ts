/** Something that changes all the time is told of after this long all the same, ms. */
export const LONGEST = 10_000

/** What a look found, as far as it matters here. */
export interface Look {
  readonly stamp: string
  readonly lock: string | null
}

/** Decides when what is seen is to be told: once it differs from what was told last, has come to rest, and nobody holds a lock. */
export class Settling {
  #told: string | null = null
  #seen: string | null = null
  #since: number | null = null

  /**
   * Takes in a look. `tell`: it is to be told now; `wait`: look again soon; `idle`: there is nothing new. `sure`: nothing has changed for as long as
   * it takes to be at rest, without a second look. The first look is told.
   */
  look({ stamp, lock }: Look, now: number, sure: boolean): 'tell' | 'wait' | 'idle' {
    const seen = this.#seen
    this.#seen = stamp
    if (stamp === this.#told) {
      this.#since = null
      return 'idle'
    }
    this.#since ??= now
    if (lock !== null) return 'wait'
    if (!sure && stamp !== seen && now - this.#since < LONGEST) return 'wait'
    this.#told = stamp
    this.#since = null
    return 'tell'
  }
}
