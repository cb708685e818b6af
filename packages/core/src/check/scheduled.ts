import type { Problem } from '../document/index.ts'
import { runText } from '../job/args.ts'
import type { Duration } from '../time/index.ts'
import { type DayRuns, dayRuns } from './day-runs.ts'
import { dependencyCycles } from './dependency-cycles.ts'
import { instanceKey } from './instance.ts'
import type { JobProblem, JobSet } from './jobs.ts'
import { lateWaits } from './late-waits.ts'
import { waitsOf } from './waits.ts'

/** Runs told of a condition one by one; of the others only how many there are. */
const MAX_TOLD = 10

/**
 * Whether the runs of the day to come find what they wait for among the runs of a day back and a day ahead, of schedules and actions.
 * Source: spec/apsis.md 9.2. `maxWait`: also tells runs whose dependencies start later than so long after them, once a job. Yields
 * once a job.
 */
export function* scheduledChecks(
  set: JobSet,
  options: { readonly dependencies: boolean; readonly maxWait: Duration | null },
): Generator<undefined, readonly JobProblem[]> {
  const runs = yield* dayRuns(set)
  const problems = [...runs.cut].map(cutShort)
  if (options.dependencies) {
    for (const one of yield* unscheduled(set, runs)) problems.push(one)
    const within = (key: string): boolean => runs.at.has(key)
    for (const one of dependencyCycles(set, runs.due, { severity: 'error', within })) problems.push(one)
  }
  if (options.maxWait !== null) for (const one of yield* lateWaits(set, runs, options.maxWait)) problems.push(one)
  return problems
}

function* unscheduled(set: JobSet, runs: DayRuns): Generator<undefined, readonly JobProblem[]> {
  const counts = new Map<string, number>()
  const problems: JobProblem[] = []
  const places = new Map<string, JobProblem>()
  for (const { jobId, args } of runs.due) {
    const job = set.jobs.get(jobId)
    if (job === undefined) continue
    for (const { index, on } of waitsOf(set, job, args)) {
      // Of such a job there are runs that were not looked at.
      if (runs.at.has(instanceKey(on)) || runs.cut.has(on.jobId)) continue
      const place = JSON.stringify([jobId, index])
      const count = (counts.get(place) ?? 0) + 1
      counts.set(place, count)
      const told = problem(
        jobId,
        index,
        `scheduled run ${runText(jobId, args)}: dependency ${runText(on.jobId, on.args)} not scheduled`,
      )
      if (count <= MAX_TOLD) problems.push(told)
      else places.set(place, problem(jobId, index, `${count - MAX_TOLD} more scheduled runs: dependency not scheduled`))
    }
    yield
  }
  return [...problems, ...places.values()]
}

function problem(jobId: string, index: number, message: string): JobProblem {
  const hint = 'no schedule and no action of a scheduled run makes it from 24 h ago to 24 h ahead'
  return {
    jobId,
    problem: { code: 'JOB_UNSCHEDULED', severity: 'error', path: ['condition', index], at: 'value', message, hint },
  }
}

function cutShort(jobId: string): JobProblem {
  const problem: Problem = {
    code: 'JOB_LIMIT',
    severity: 'notice',
    path: ['schedule'],
    at: 'value',
    message: 'this job has more runs in two days than are looked at; what waits for the others is not checked',
    hint: null,
  }
  return { jobId, problem }
}
