import type { Instant } from '@apsis/core/time'
import type { Clock } from './ports.ts'
import { TimeHeap, type Timed } from './time-heap.ts'

interface Entry extends Timed {
  readonly key: string
  readonly fire: () => void
}

/**
 * Keyed timers on the wall clock in one heap, with one wake-up for the earliest. Setting a key again replaces its timer. A replaced or
 * cleared entry stays in the heap until it comes up, or until dead entries outnumber living ones.
 */
export class Timers {
  readonly #clock: Clock
  readonly #living = new Map<string, Entry>()
  readonly #heap = new TimeHeap<Entry>()
  #order = 0
  #stopped = false
  #armed: { readonly at: Instant; readonly cancel: () => void } | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#living.size
  }

  /** No timer fires before this. */
  get next(): Instant {
    return this.#heap.first?.at ?? Number.POSITIVE_INFINITY
  }

  set(key: string, at: Instant, fire: () => void): void {
    if (this.#stopped) return
    const entry: Entry = { at, key, order: this.#order++, fire }
    this.#living.set(key, entry)
    this.#heap.push(entry)
    if (this.#heap.size > 1024 && this.#heap.size > 2 * this.#living.size) this.#heap.replace(this.#living.values())
    this.#arm()
  }

  clear(key: string): void {
    this.#living.delete(key)
  }

  /** Sets none from now on: what was still being read or written may want to. */
  stop(): void {
    this.#stopped = true
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
