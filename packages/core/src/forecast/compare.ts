import { canonicalJson } from '../json/index.ts'
import { FORECAST_BOUNDS, type ForecastBounds, LookBudget } from './bound.ts'
import { Collector, type Comparison, type CutComparison, type RunPair } from './comparison.ts'
import { type Collectors, DayGroups } from './day-groups.ts'
import { RunQueue } from './run-queue.ts'
import type { BrokenForecast, ForecastJob, ForecastRun, ForecastWindow } from './types.ts'

/** A job before and after a change; null where there is none. IDs differ where it moved. */
export interface JobPair {
  readonly from: ForecastJob | null
  readonly to: ForecastJob | null
}

export interface CompareOptions extends ForecastWindow {
  /** How many runs of each sort are kept to be shown. Default 20. */
  readonly keep?: number
  /** How much is looked at. Default `FORECAST_BOUNDS`. */
  readonly bounds?: ForecastBounds
}

/** Runs looked at between two yields. */
const SLICE = 1_000

/**
 * What a change of jobs does to their runs in [from, to). Of one job, a run that both sides have at the same time is the same run:
 * unchanged with equal args and stop time, else changed. Of the others, the n-th old and the n-th new one of the same day with the same
 * args, those aside that say the time, are one run that moved; the rest is removed or added, also where the counterpart is outside of the
 * window. A job with a schedule that reaches a bound is compared as if the window ended there, and named. Yields between slices of work, so that a caller can pause. What is held does not grow with the window.
 */
export function* compareForecasts(pairs: Iterable<JobPair>, options: CompareOptions): Generator<undefined, Comparison> {
  const keep = options.keep ?? 20
  const added = new Collector<ForecastRun>(keep, (run) => run)
  const removed = new Collector<ForecastRun>(keep, (run) => run)
  const moved = new Collector<RunPair>(keep, ({ to }) => to)
  const changed = new Collector<RunPair>(keep, ({ to }) => to)
  const all = [added, removed, moved, changed]
  const broken: BrokenForecast[] = []
  const cut: CutComparison[] = []
  const budget = new LookBudget(options.bounds ?? FORECAST_BOUNDS)
  for (const { from, to } of pairs) {
    const before = new RunQueue(from === null ? [] : [from], options, budget)
    const after = new RunQueue(to === null ? [] : [to], options, budget)
    const counts = all.map(({ count }) => count)
    if (from === null) yield* collect(after, added, keep, budget)
    else if (to === null) yield* collect(before, removed, keep, budget)
    else yield* match(before, after, { added, removed, moved, changed }, keep, budget)
    const until = Math.min(before.cutAt, after.cutAt)
    if (until < Number.POSITIVE_INFINITY) {
      cut.push({ jobId: to?.id ?? from?.id ?? '', until })
      for (const [index, one] of all.entries()) if (one.count > (counts[index] ?? 0)) one.markMore()
    }
    for (const one of before.broken) broken.push(one)
    for (const one of after.broken) broken.push(one)
    yield
  }
  return {
    added: added.result(),
    removed: removed.result(),
    moved: moved.result(),
    changed: changed.result(),
    broken,
    cut,
  }
}

// All runs are of one sort. Those after the first `keep` are not made: they come in the order of time.
function* collect(
  queue: RunQueue,
  collector: Collector<ForecastRun>,
  keep: number,
  budget: LookBudget,
): Generator<undefined, void> {
  for (let count = 0; queue.due < queue.cutAt; count++) {
    if (budget.spent) return queue.cutRest()
    if (count < keep) collector.add(queue.take())
    else {
      queue.skip()
      collector.add(null)
    }
    if (count % SLICE === SLICE - 1) yield
  }
}

function* match(
  before: RunQueue,
  after: RunQueue,
  collectors: Collectors & { readonly changed: Collector<RunPair> },
  keep: number,
  budget: LookBudget,
): Generator<undefined, void> {
  const groups = new DayGroups(collectors, keep)
  let day = Number.NEGATIVE_INFINITY
  for (let work = 0; ; ) {
    const due = Math.min(before.due, after.due)
    // Beyond a cut of either side, what the other has would pass for added or removed.
    if (due >= Math.min(before.cutAt, after.cutAt)) break
    if (budget.spent) {
      before.cutRest()
      after.cutRest()
      break
    }
    const [olds, news] = [runsAt(before, due), runsAt(after, due)]
    const { oldOnly, newOnly, pairs } = unmatched(olds, news)
    for (const pair of pairs) collectors.changed.add(pair)
    for (const run of oldOnly) groups.add('old', run)
    for (const run of newOnly) groups.add('new', run)
    if (!groups.empty) {
      const reached = Math.min(before.nominal, after.nominal)
      if (reached > day) groups.closeBefore((day = reached))
    }
    work += olds.length + news.length
    if (work >= SLICE) {
      work = 0
      yield
    }
  }
  groups.closeBefore(Number.POSITIVE_INFINITY)
}

// At one instant, at most one run of each schedule.
function runsAt(queue: RunQueue, due: number): ForecastRun[] {
  const runs: ForecastRun[] = []
  while (queue.due === due) {
    const run = queue.take()
    if (run !== null) runs.push(run)
  }
  return runs
}

function unmatched(
  olds: readonly ForecastRun[],
  news: readonly ForecastRun[],
): {
  readonly oldOnly: readonly ForecastRun[]
  readonly newOnly: readonly ForecastRun[]
  readonly pairs: readonly RunPair[]
} {
  if (olds.length === 0 || news.length === 0) return { oldOnly: olds, newOnly: news, pairs: [] }
  const counts = new Map<string, number>()
  for (const run of news) counts.set(content(run), (counts.get(content(run)) ?? 0) + 1)
  const oldLeft = olds.filter((run) => !takeOne(counts, content(run)))
  const newLeft = news.filter((run) => takeOne(counts, content(run)))
  const pairs = oldLeft.slice(0, newLeft.length).flatMap((from, index): RunPair[] => {
    const to = newLeft[index]
    return to === undefined ? [] : [{ from, to }]
  })
  return { oldOnly: oldLeft.slice(pairs.length), newOnly: newLeft.slice(pairs.length), pairs }
}

function takeOne(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0
  if (count > 0) counts.set(key, count - 1)
  return count > 0
}

function content({ args, stopAt }: ForecastRun): string {
  return canonicalJson([args, stopAt])
}
