/** What has a time, and an order among those of the same time. */
export interface Timed {
  readonly at: number
  /** Tells things of the same time apart: the one that was put in first comes first. */
  readonly order: number
}

/** Things by their time, then by the order in which they were put in: a binary heap. */
export class TimeHeap<T extends Timed> {
  #heap: T[] = []

  get size(): number {
    return this.#heap.length
  }

  get first(): T | undefined {
    return this.#heap[0]
  }

  push(one: T): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(one)
    while (index > 0) {
      const up = (index - 1) >> 1
      const parent = heap[up]
      if (parent === undefined || compare(parent, one) <= 0) break
      heap[index] = parent
      index = up
    }
    heap[index] = one
  }

  /** Takes the first one out; undefined when there is none. */
  pop(): T | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    this.#sink(last, 0)
    return first
  }

  /** Holds just these from now on. */
  replace(all: Iterable<T>): void {
    this.#heap = [...all]
    for (let index = (this.#heap.length >> 1) - 1; index >= 0; index--) {
      const one = this.#heap[index]
      if (one !== undefined) this.#sink(one, index)
    }
  }

  /** Puts one in at a place, or below. */
  #sink(one: T, from: number): void {
    const heap = this.#heap
    let index = from
    for (;;) {
      const left = heap[2 * index + 1]
      if (left === undefined) break
      const right = heap[2 * index + 2]
      const child = right !== undefined && compare(right, left) < 0 ? right : left
      if (compare(one, child) <= 0) break
      heap[index] = child
      index = 2 * index + (child === right ? 2 : 1)
    }
    heap[index] = one
  }
}

function compare(a: Timed, b: Timed): number {
  return a.at - b.at || a.order - b.order
}
