import type { Instant } from '@apsis/core/time'
import type { Clock } from './ports.ts'

interface Entry {
  readonly at: Instant
  readonly key: string
  readonly order: number
  readonly fire: () => void
}

/**
 * Keyed timers on the wall clock in one heap, with one wake-up for the earliest. Setting a key again replaces its timer. A replaced or
 * cleared entry stays in the heap until it comes up, or until dead entries outnumber living ones.
 */
export class Timers {
  readonly #clock: Clock
  readonly #living = new Map<string, Entry>()
  #heap: Entry[] = []
  #order = 0
  #armed: { readonly at: Instant; readonly cancel: () => void } | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#living.size
  }

  set(key: string, at: Instant, fire: () => void): void {
    const entry: Entry = { at, key, order: this.#order++, fire }
    this.#living.set(key, entry)
    this.#push(entry)
    if (this.#heap.length > 1024 && this.#heap.length > 2 * this.#living.size) this.#rebuild()
    this.#arm()
  }

  clear(key: string): void {
    this.#living.delete(key)
  }

  stop(): void {
    this.#living.clear()
    this.#heap = []
    this.#armed?.cancel()
    this.#armed = null
  }

  #arm(): void {
    const first = this.#heap[0]
    if (first === undefined || (this.#armed !== null && this.#armed.at <= first.at)) return
    this.#armed?.cancel()
    const cancel = this.#clock.wake(first.at, () => this.#due())
    this.#armed = { at: first.at, cancel }
  }

  #due(): void {
    this.#armed = null
    const now = this.#clock.now()
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#pop()
      if (this.#living.get(first.key) === first) {
        this.#living.delete(first.key)
        first.fire()
      }
    }
    this.#arm()
  }

  #rebuild(): void {
    this.#heap = [...this.#living.values()].sort(compare)
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const up = (index - 1) >> 1
      const parent = heap[up]
      if (parent === undefined || compare(parent, entry) <= 0) break
      heap[index] = parent
      index = up
    }
    heap[index] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      if (left === undefined) break
      const right = heap[2 * index + 2]
      const child = right !== undefined && compare(right, left) < 0 ? right : left
      if (compare(last, child) <= 0) break
      heap[index] = child
      index = 2 * index + (child === right ? 2 : 1)
    }
    heap[index] = last
  }
}

// Equal instants fire in the order in which they were set.
function compare(a: Entry, b: Entry): number {
  return a.at - b.at || a.order - b.order
}
