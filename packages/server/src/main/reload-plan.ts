import { setImmediate as turn } from 'node:timers/promises'
import { type Orphan, orphans } from '@apsis/core/change'
import { compareForecasts } from '@apsis/core/forecast'
import type { Job } from '@apsis/core/job'
import { DAY, type Instant } from '@apsis/core/time'
import type { JobPlan, ReloadPlan } from '../edges/http/index.ts'
import type { DecidedAhead, JobChanges } from '../engine/index.ts'

/** Jobs that a plan names; of more, only their number is told. */
export const NAMED_JOBS = 1_000
/** Runs looked at of one schedule, and runs counted of all jobs before the rest is left out. */
const BOUNDS = { schedule: 100_000, total: 200_000 }
const MOST_RUNS = 500_000
/** Longest synchronous piece, ms: the engine shares the thread. */
const SLICE = 3
/** Jobs asked about at a time. */
const PIECE = 200

/** Works out what a change does in the day ahead, without making anything. `before`: the jobs that go or are replaced; `decided`: instants of theirs that have a verdict: no change does anything to them. Takes pauses. */
export async function reloadPlan(
  changes: JobChanges,
  before: ReadonlyMap<string, Job>,
  after: readonly Job[],
  now: Instant,
  decided: DecidedAhead,
): Promise<ReloadPlan> {
  const work = planning(changes, before, after, now, decided)
  let until = performance.now() + SLICE
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    if (performance.now() < until) continue
    await turn()
    until = performance.now() + SLICE
  }
}

function* planning(
  changes: JobChanges,
  before: ReadonlyMap<string, Job>,
  after: readonly Job[],
  now: Instant,
  decided: DecidedAhead,
): Generator<undefined, ReloadPlan> {
  const without = (jobId: string, scheduleKey: string, due: Instant): boolean => decided.has(jobId, scheduleKey, due)
  const window = { from: now, to: now + DAY }
  const news = new Map(after.map((job) => [job.id, job]))
  const kinds = (['added', 'changed', 'removed'] as const).flatMap((change) =>
    changes[change].map((jobId) => ({ jobId, change })),
  )
  const jobs: JobPlan[] = []
  let [withdrawn, created, left] = [0, 0, 0]
  for (const { jobId, change } of kinds.sort((a, b) => (a.jobId < b.jobId ? -1 : 1))) {
    if (withdrawn + created > MOST_RUNS) {
      left++
      continue
    }
    const pair = { from: before.get(jobId) ?? null, to: news.get(jobId) ?? null }
    const compared = yield* compareForecasts([pair], { ...window, without, keep: 0, bounds: BOUNDS })
    const both = compared.moved.count + compared.changed.count
    const plan = { withdrawn: compared.removed.count + both, created: compared.added.count + both }
    withdrawn += plan.withdrawn
    created += plan.created
    const more = compared.cut.length > 0
    if (plan.withdrawn + plan.created === 0 && !more) continue
    if (jobs.length < NAMED_JOBS) jobs.push({ jobId, change, ...plan, more })
    else left++
  }
  return { ...window, jobs, left, withdrawn, created, orphans: yield* orphaned(after, new Set(changes.removed)) }
}

function* orphaned(jobs: readonly Job[], gone: ReadonlySet<string>): Generator<undefined, readonly Orphan[]> {
  const found: Orphan[] = []
  for (let at = 0; at < jobs.length && gone.size > 0 && found.length < NAMED_JOBS; at += PIECE) {
    found.push(...orphans(jobs.slice(at, at + PIECE), gone))
    yield
  }
  return found.slice(0, NAMED_JOBS)
}

/** A plan in a line, for a log: `in the next 24 h 3 runs are withdrawn and 5 created`. */
export function planText({ withdrawn, created, left, orphans: broken }: ReloadPlan): string {
  const runs = `in the next 24 h ${withdrawn} runs are withdrawn and ${created} created`
  const more = left === 0 ? '' : `, and those of ${left} more jobs`
  return broken.length === 0 ? runs + more : `${runs}${more}; ${broken.length} times a job is named that is gone`
}
