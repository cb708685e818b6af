import { type CutForecast, FORECAST_BOUNDS, type ForecastBounds, LookBudget } from './bound.ts'
import { RunQueue } from './run-queue.ts'
import type { BrokenForecast, ForecastJob, ForecastWindow } from './types.ts'

/** How many runs each job is to have. */
export interface RunCounts {
  /** By job ID, jobs without runs included. Of jobs in `cut` there are more. */
  readonly counts: ReadonlyMap<string, number>
  /** Schedules that were not counted to the end. */
  readonly cut: readonly CutForecast[]
  readonly broken: readonly BrokenForecast[]
}

/**
 * Counts the runs that jobs are to have in [from, to), in the order of time, up to the bounds. The runs are not made, and none are held.
 */
export function countRuns(
  jobs: readonly ForecastJob[],
  window: ForecastWindow,
  bounds: ForecastBounds = FORECAST_BOUNDS,
): RunCounts {
  const counts = new Map(jobs.map(({ id }) => [id, 0]))
  const budget = new LookBudget(bounds)
  const queue = new RunQueue(jobs, window, budget)
  for (let id = queue.skip(); id !== null; id = queue.skip()) {
    counts.set(id, (counts.get(id) ?? 0) + 1)
    if (budget.spent) queue.cutRest()
  }
  return { counts, cut: queue.cut, broken: queue.broken }
}
