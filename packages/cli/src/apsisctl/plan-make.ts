import type { CheckedJobFile } from '@apsis/core/check'
import { diffJobs, type JobsChange, type Orphan, orphans } from '@apsis/core/change'
import { type Comparison, compareForecasts, type ForecastWindow, type JobPair } from '@apsis/core/forecast'
import type { Job } from '@apsis/core/job'
import type { Instant } from '@apsis/core/time'
import { jobsOf, withErrors } from './jobs-of.ts'

/** Runs of each sort that a plan names. */
const NAMED_RUNS = 10

/** A day on which clocks do something odd to a new or changed schedule, or else what is good to know of it. */
export interface OddDay {
  readonly jobId: string
  readonly index: number
  readonly message: string
}

/** What putting one job folder in the place of another would do. */
export interface Plan {
  readonly window: ForecastWindow
  readonly jobs: JobsChange
  readonly runs: Comparison
  readonly oddDays: readonly OddDay[]
  readonly orphans: readonly Orphan[]
  /** New files with errors. Jobs that cannot be made of theirs are in no other list. */
  readonly problems: readonly CheckedJobFile[]
  /** IDs of old files that make no job. */
  readonly oldProblems: readonly string[]
}

/** Compares two job folders, and their runs in a window. */
export function makePlan(
  before: readonly CheckedJobFile[],
  after: readonly CheckedJobFile[],
  window: ForecastWindow,
  now: Instant,
): Plan {
  // What a file without a job was to be is not known: neither gone nor changed.
  const unknown = new Set(after.filter(({ job }) => job === null).map(({ jobId }) => jobId))
  const news = jobsOf(after)
  const jobs = diffJobs(
    jobsOf(before).filter(({ id }) => !unknown.has(id)),
    news,
  )
  const comparing = compareForecasts(pairs(jobs), { ...window, keep: NAMED_RUNS })
  let step = comparing.next()
  while (step.done !== true) step = comparing.next()
  return {
    window,
    jobs,
    runs: step.value,
    oddDays: oddDays(jobs, now),
    orphans: orphans(news, new Set([...jobs.removed, ...jobs.moved.map(({ from }) => from)].map(({ id }) => id))),
    problems: withErrors(after),
    oldProblems: withErrors(before)
      .filter(({ job }) => job === null)
      .map(({ jobId }) => jobId),
  }
}

function pairs({ added, removed, changed, moved }: JobsChange): readonly JobPair[] {
  return [
    ...added.map((to): JobPair => ({ from: null, to })),
    ...removed.map((from): JobPair => ({ from, to: null })),
    ...changed,
    ...moved,
  ]
}

function oddDays({ added, changed }: JobsChange, now: Instant): readonly OddDay[] {
  const remarks = (job: Job, known: ReadonlySet<string>): OddDay[] =>
    job.schedules.flatMap(({ key, enabled, schedule }, index) =>
      enabled && !known.has(key)
        ? (schedule.remarks?.(now) ?? []).map((message) => ({ jobId: job.id, index, message }))
        : [],
    )
  return [
    ...added.flatMap((job) => remarks(job, new Set())),
    ...changed.flatMap(({ from, to }) => remarks(to, new Set(from.schedules.map(({ key }) => key)))),
  ]
}
