/** Something to be done at a time. */
export interface Timer {
  readonly at: number
  /** Tells timers of the same time apart: the one that was set first goes first. */
  readonly order: number
  readonly run: () => void
  cancelled: boolean
}

/** Timers by their time, then by the order in which they were set. Cancelled ones stay until they come up. */
export class TimerHeap {
  readonly #heap: Timer[] = []

  push(timer: Timer): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(timer)
    while (index > 0) {
      const up = (index - 1) >> 1
      const parent = heap[up]
      if (parent === undefined || compare(parent, timer) <= 0) break
      heap[index] = parent
      index = up
    }
    heap[index] = timer
  }

  /** Takes out the first one that is due at `until` or before; undefined when there is none. */
  take(until: number): Timer | undefined {
    for (let first = this.#heap[0]; first !== undefined && first.at <= until; first = this.#heap[0]) {
      this.#pop()
      if (!first.cancelled) return first
    }
    return undefined
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

function compare(a: Timer, b: Timer): number {
  return a.at - b.at || a.order - b.order
}
