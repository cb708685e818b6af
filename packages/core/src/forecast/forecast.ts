import { RunQueue } from './run-queue.ts'
import type { BrokenForecast, ForecastJob, ForecastRun, ForecastWindow } from './types.ts'

export interface ForecastOptions extends ForecastWindow {
  /** Most runs; default all. */
  readonly limit?: number
}

/** How a forecast ended. */
export interface ForecastEnd {
  /** Whether the limit left something out. */
  readonly more: boolean
  /** Schedules that threw; without their further runs. */
  readonly broken: readonly BrokenForecast[]
}

/**
 * The runs that jobs are to have in [from, to), lazily, in the order of time, then job ID, then place of the schedule. What is held is
 * one occurrence a schedule, for any window. Schedules that are not enabled have none.
 */
export function* forecast<J extends ForecastJob>(
  jobs: Iterable<J>,
  options: ForecastOptions & { readonly filter?: (job: J) => boolean },
): Generator<ForecastRun, ForecastEnd> {
  const { filter = () => true, limit = Number.POSITIVE_INFINITY } = options
  const queue = new RunQueue(matching(jobs, filter), options)
  for (let count = 0; count < limit; count++) {
    const run = queue.take()
    if (run === null) return { more: false, broken: queue.broken }
    yield run
  }
  return { more: queue.due !== Number.POSITIVE_INFINITY, broken: queue.broken }
}

function* matching<J>(jobs: Iterable<J>, filter: (job: J) => boolean): Generator<J> {
  for (const job of jobs) if (filter(job)) yield job
}
