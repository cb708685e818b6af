import type { Instant } from '../time/index.ts'

/** How many occurrences are looked at where all are to be counted; what is after them is left out, and named. */
export interface ForecastBounds {
  /** Of one schedule; at least 1. */
  readonly schedule: number
  /** Of all schedules together; at least 1. At one instant all are looked at, so that it may be passed by the number of schedules. */
  readonly total: number
}

/** The bounds unless others are given: some seconds of work. */
export const FORECAST_BOUNDS: ForecastBounds = { schedule: 200_000, total: 2_000_000 }

/** A schedule that was not counted to the end of the window. */
export interface CutForecast {
  readonly jobId: string
  readonly scheduleKey: string
  readonly index: number
  /** Its first occurrence that was not counted; all before were. */
  readonly until: Instant
}

/** What is left of the bounds; shared by the queues that they are for. */
export class LookBudget {
  readonly schedule: number
  #left: number

  constructor({ schedule, total }: ForecastBounds) {
    this.schedule = schedule
    this.#left = total
  }

  get spent(): boolean {
    return this.#left <= 0
  }

  spend(): void {
    this.#left--
  }
}

/** Without bounds: for who ends by other means. */
export const UNBOUNDED: ForecastBounds = { schedule: Number.POSITIVE_INFINITY, total: Number.POSITIVE_INFINITY }
