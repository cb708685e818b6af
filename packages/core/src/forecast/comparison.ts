import type { Instant } from '../time/index.ts'
import type { BrokenForecast, ForecastRun } from './types.ts'

/** Runs of one sort: how many there are, and the first of them. */
export interface Sorted<T> {
  /** Exact as far as was looked. */
  readonly count: number
  /** Whether some of them are of a job whose comparison was cut: then there are more. */
  readonly more: boolean
  /** At most as many as were asked for, in the order of time. Of a day with more of them, those after the first may be missing in between. */
  readonly first: readonly T[]
}

/** A run before and after: with another time if it moved, with other args or another stop time if it changed. */
export interface RunPair {
  readonly from: ForecastRun
  readonly to: ForecastRun
}

/** What a change of jobs does to the runs of a window. */
export interface Comparison {
  readonly added: Sorted<ForecastRun>
  readonly removed: Sorted<ForecastRun>
  readonly moved: Sorted<RunPair>
  readonly changed: Sorted<RunPair>
  /** Schedules that threw, old and new ones. */
  readonly broken: readonly BrokenForecast[]
  /** Jobs that were not compared to the end of the window. */
  readonly cut: readonly CutComparison[]
}

/** A job that was compared as if the window ended at `until`: it has runs from there on that were not looked at. */
export interface CutComparison {
  /** The new job's, or that of one that is gone. */
  readonly jobId: string
  readonly until: Instant
}

/** Counts what it is given, and keeps the first in the order of time: by `due`, then job ID. */
export class Collector<T> {
  #count = 0
  #first: T[] = []
  #more = false
  readonly #most: number
  readonly #run: (item: T) => ForecastRun

  constructor(most: number, run: (item: T) => ForecastRun) {
    this.#most = most
    this.#run = run
  }

  /** Notes `count` of them; `item` may be null where it is not known which. */
  add(item: T | null, count: number = 1): void {
    this.#count += count
    if (item === null) return
    this.#first.push(item)
    // Sorting seldom keeps it cheap.
    if (this.#first.length >= 2 * this.#most + 16) this.#cut()
  }

  get count(): number {
    return this.#count
  }

  /** Notes that there are more than are counted. */
  markMore(): void {
    this.#more = true
  }

  result(): Sorted<T> {
    this.#cut()
    return { count: this.#count, more: this.#more, first: this.#first }
  }

  #cut(): void {
    this.#first = this.#first.sort((a, b) => inTime(this.#run(a), this.#run(b))).slice(0, this.#most)
  }
}

function inTime(a: ForecastRun, b: ForecastRun): number {
  return a.due - b.due || (a.jobId < b.jobId ? -1 : a.jobId > b.jobId ? 1 : a.index - b.index)
}
