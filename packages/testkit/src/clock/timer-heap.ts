import { TimeHeap, type Timed } from '@apsis/server/engine'

/** Something to be done at a time. */
export interface Timer extends Timed {
  readonly run: () => void
  cancelled: boolean
}

/** Timers by their time, then by the order in which they were set. Cancelled ones stay until they come up. */
export class TimerHeap {
  readonly #heap = new TimeHeap<Timer>()

  push(timer: Timer): void {
    this.#heap.push(timer)
  }

  /** Takes out the first one that is due at `until` or before; undefined when there is none. */
  take(until: number): Timer | undefined {
    for (let { first } = this.#heap; first !== undefined && first.at <= until; first = this.#heap.first) {
      this.#heap.pop()
      if (!first.cancelled) return first
    }
    return undefined
  }
}
