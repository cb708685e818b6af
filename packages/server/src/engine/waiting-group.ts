import type { Condition } from '@apsis/core/kind'
import { type RunId, runNumber, type WaitingRun } from '@apsis/core/run'
import { TimeHeap, type Timed } from './time-heap.ts'

/** A run's place among those that wait: by schedule time, then by id. */
export interface Place extends Timed {
  readonly id: RunId
}

export function placeOf(run: WaitingRun): Place {
  return { id: run.id, at: run.times.schedule ?? run.times.waiting ?? 0, order: runNumber(run.id) }
}

/**
 * Runs that wait for one and the same condition. What it says of one it says of all, so the first in line is asked for all of them: first come, first
 * served, and a change costs one question beside those that start.
 */
export class WaitingGroup {
  readonly key: string
  /** That of the run which came first: made of the same spec as everyone's. */
  readonly condition: Condition
  readonly #members = new Map<RunId, Place>()
  // What has left stays in the heap until it comes up, or until it outnumbers what is there.
  readonly #line = new TimeHeap<Place>()

  constructor(key: string, condition: Condition) {
    this.key = key
    this.condition = condition
  }

  get size(): number {
    return this.#members.size
  }

  /** The first in line; undefined when nobody waits. */
  get first(): RunId | undefined {
    for (let { first } = this.#line; first !== undefined; first = this.#line.first) {
      if (this.#members.get(first.id) === first) return first.id
      this.#line.pop()
    }
    return undefined
  }

  join(place: Place): void {
    this.#members.set(place.id, place)
    this.#line.push(place)
  }

  leave(id: RunId): void {
    this.#members.delete(id)
    if (this.#line.size > 64 && this.#line.size > 2 * this.#members.size) this.#line.replace(this.#members.values())
  }
}
