import { type Run, type RunId, runNumber } from '@apsis/core/run'
import { TimeHeap, type Timed } from './time-heap.ts'

/** A run's place in a line: by schedule time, then by id. */
export interface Place extends Timed {
  readonly id: RunId
}

export function placeOf(run: Run): Place {
  return { id: run.id, at: run.times.schedule ?? run.times.waiting ?? 0, order: runNumber(run.id) }
}

/** Runs in order of their places. Each step costs the logarithm of how many there are. */
export class Line {
  readonly #members = new Map<RunId, Place>()
  // What has left stays in the heap until it comes up, or until it outnumbers what is there.
  readonly #heap = new TimeHeap<Place>()

  get size(): number {
    return this.#members.size
  }

  /** The first in line; undefined when it is empty. */
  get first(): RunId | undefined {
    for (let { first } = this.#heap; first !== undefined; first = this.#heap.first) {
      if (this.#members.get(first.id) === first) return first.id
      this.#heap.pop()
    }
    return undefined
  }

  /** Puts a run in its place; one that is in line leaves the place that it had. */
  join(place: Place): void {
    const before = this.#members.get(place.id)
    if (before?.at === place.at) return
    this.#members.set(place.id, place)
    this.#heap.push(place)
  }

  leave(id: RunId): void {
    this.#members.delete(id)
    if (this.#heap.size > 64 && this.#heap.size > 2 * this.#members.size) this.#heap.replace(this.#members.values())
  }
}
