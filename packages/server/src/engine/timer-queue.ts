import { TimeHeap, type Timed } from './time-heap.ts'

interface Entry extends Timed {
  readonly key: string
  readonly fire: () => void
}

/** A clock, and waking by it. */
interface OneClock {
  readonly now: () => number
  /** Gives a function that cancels. */
  readonly wake: (at: number, callback: () => void) => () => void
}

/**
 * Keyed timers on one clock in one heap, with one wake-up for the earliest. A replaced or cleared entry stays in the heap until it comes up, or until
 * dead entries outnumber living ones.
 */
export class TimerQueue {
  readonly #clock: OneClock
  readonly #living = new Map<string, Entry>()
  readonly #heap = new TimeHeap<Entry>()
  #order = 0
  #armed: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(clock: OneClock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#living.size
  }

  /** No timer fires before this. */
  get next(): number {
    return this.#heap.first?.at ?? Number.POSITIVE_INFINITY
  }

  set(key: string, at: number, fire: () => void): void {
    const entry: Entry = { at, key, order: this.#order++, fire }
    this.#living.set(key, entry)
    this.#heap.push(entry)
    if (this.#heap.size > 1024 && this.#heap.size > 2 * this.#living.size) this.#heap.replace(this.#living.values())
    this.#arm()
  }

  clear(key: string): void {
    this.#living.delete(key)
  }

  stop(): void {
    this.#living.clear()
    this.#heap.replace([])
    this.#armed?.cancel()
    this.#armed = null
  }

  #arm(): void {
    const first = this.#heap.first
    if (first === undefined || (this.#armed !== null && this.#armed.at <= first.at)) return
    this.#armed?.cancel()
    const cancel = this.#clock.wake(first.at, () => this.#due())
    this.#armed = { at: first.at, cancel }
  }

  #due(): void {
    this.#armed = null
    const now = this.#clock.now()
    for (let first = this.#heap.first; first !== undefined && first.at <= now; first = this.#heap.first) {
      this.#heap.pop()
      if (this.#living.get(first.key) === first) {
        this.#living.delete(first.key)
        first.fire()
      }
    }
    this.#arm()
  }
}
