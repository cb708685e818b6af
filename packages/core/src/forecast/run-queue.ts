import type { JobSchedule } from '../job/index.ts'
import { type DueInstant, occurrencesOf } from '../plan/index.ts'
import { DAY, type Instant, parseDate } from '../time/index.ts'
import { type CutForecast, LookBudget, UNBOUNDED } from './bound.ts'
import type { BrokenForecast, ForecastJob, ForecastRun, ForecastWindow } from './types.ts'

interface Source {
  readonly job: ForecastJob
  readonly schedule: JobSchedule
  readonly index: number
  readonly occurrences: Iterator<DueInstant>
  next: DueInstant
  /** The day of `next`, once asked for. */
  nominal: number | null
  looked: number
}

/**
 * The runs of many schedules in the order of time, then job ID, then place in the job: a heap of the next occurrence of each, so that
 * its size is the number of schedules whatever the window. A schedule that has had its share of the budget ends, and is named as cut; where all
 * of it is spent, the caller is to `cutRest`, at the end of an instant.
 */
export class RunQueue {
  readonly #heap: Source[] = []
  readonly #window: ForecastWindow
  readonly #broken: BrokenForecast[] = []
  readonly #cut: CutForecast[] = []
  readonly #budget: LookBudget

  constructor(jobs: Iterable<ForecastJob>, window: ForecastWindow, budget: LookBudget = new LookBudget(UNBOUNDED)) {
    this.#budget = budget
    this.#window = window
    for (const job of jobs) {
      for (const [index, schedule] of job.schedules.entries()) if (schedule.enabled) this.#open(job, schedule, index)
    }
    for (let at = (this.#heap.length >> 1) - 1; at >= 0; at--) this.#sink(at)
  }

  /** When the next run is due; Infinity where there is none. */
  get due(): Instant {
    return this.#heap[0]?.next.due ?? Number.POSITIVE_INFINITY
  }

  get broken(): readonly BrokenForecast[] {
    return this.#broken
  }

  /** Schedules that were cut. */
  get cut(): readonly CutForecast[] {
    return this.#cut
  }

  /** The time from which on runs may be missing; Infinity where no schedule was cut. */
  get cutAt(): Instant {
    return this.#cut.reduce((least, { until }) => Math.min(least, until), Number.POSITIVE_INFINITY)
  }

  /** The earliest day that a run to come may be of; Infinity where there is none. The days of one schedule never go back. */
  get nominal(): number {
    return this.#heap.reduce((least, source) => Math.min(least, nominalOf(source)), Number.POSITIVE_INFINITY)
  }

  /** Takes the next run out. */
  take(): ForecastRun | null {
    const source = this.#heap[0]
    if (source === undefined) return null
    const { job, schedule, index, next } = source
    const { args, due, stopAt } = next
    const run = { jobId: job.id, scheduleKey: schedule.key, index, due, args, stopAt, nominal: nominalOf(source) }
    this.#leave(source)
    return run
  }

  /** As `take`, for who only counts: the ID of the run's job. */
  skip(): string | null {
    const source = this.#heap[0]
    if (source === undefined) return null
    this.#leave(source)
    return source.job.id
  }

  /** Ends all schedules, as cut. */
  cutRest(): void {
    for (const source of this.#heap.splice(0)) this.#cutAt(source, source.next.due)
  }

  #leave(source: Source): void {
    this.#budget.spend()
    source.looked++
    let following = this.#advance(source)
    if (following !== null && source.looked >= this.#budget.schedule) {
      this.#cutAt(source, following.due)
      following = null
    }
    if (following === null) {
      const last = this.#heap.pop()
      if (last !== undefined && last !== source) this.#heap[0] = last
    } else {
      source.next = following
      source.nominal = null
    }
    this.#sink(0)
  }

  #cutAt({ job, schedule, index }: Source, until: Instant): void {
    this.#cut.push({ jobId: job.id, scheduleKey: schedule.key, index, until })
  }

  #open(job: ForecastJob, schedule: JobSchedule, index: number): void {
    const { from, to } = this.#window
    const first = this.#attempt(job, schedule, index, () => {
      const occurrences = occurrencesOf(job, schedule, from, to)
      const next = this.#next(job, schedule, occurrences)
      return next === null ? null : { job, schedule, index, occurrences, next, nominal: null, looked: 0 }
    })
    if (first !== null) this.#heap.push(first)
  }

  #advance({ job, schedule, index, occurrences }: Source): DueInstant | null {
    return this.#attempt(job, schedule, index, () => this.#next(job, schedule, occurrences))
  }

  #next(job: ForecastJob, schedule: JobSchedule, occurrences: Iterator<DueInstant>): DueInstant | null {
    const { without } = this.#window
    for (;;) {
      const next = occurrences.next()
      if (next.done === true) return null
      if (without?.(job.id, schedule.key, next.value.due) !== true) return next.value
    }
  }

  // A schedule that throws is a bug of its kind, or a user's own module: it must not hide the runs of the others.
  #attempt<T>(job: ForecastJob, schedule: JobSchedule, index: number, act: () => T | null): T | null {
    try {
      return act()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#broken.push({ jobId: job.id, scheduleKey: schedule.key, index, message })
      return null
    }
  }

  #sink(start: number): void {
    const heap = this.#heap
    for (let at = start; ; ) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) if (before(heap[child], heap[least])) least = child
      const [one, other] = [heap[at], heap[least]]
      if (least === at || one === undefined || other === undefined) return
      heap[at] = other
      heap[least] = one
      at = least
    }
  }
}

function before(a: Source | undefined, b: Source | undefined): boolean {
  if (a === undefined || b === undefined) return false
  if (a.next.due !== b.next.due) return a.next.due < b.next.due
  return a.job.id === b.job.id ? a.index < b.index : a.job.id < b.job.id
}

function nominalOf(source: Source): number {
  return (source.nominal ??= dayOf(source.next))
}

function dayOf({ due, offered }: DueInstant): number {
  const date = offered['date']
  const parsed = date === undefined ? null : parseDate(date)
  return parsed?.ok === true ? parsed.value : Math.floor(due / DAY)
}
