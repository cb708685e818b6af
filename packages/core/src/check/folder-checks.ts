import type { Problem } from '../document/index.ts'
import { isTemplate } from '../template/index.ts'
import type { Job } from '../job/job.ts'
import { actionCycles } from './action-cycles.ts'
import { dependencyCycles } from './dependency-cycles.ts'
import type { Instance } from './instance.ts'
import type { JobProblem, JobSet } from './jobs.ts'
import { nextRuns } from './next-runs.ts'
import { scheduleProblems } from './schedules.ts'
import { madeUpArgs, unknownInActions, unknownNames } from './template-names.ts'
import { neverHolding } from './waits.ts'

/** What is odd about jobs that can be seen from all of them at once, in time linear in them: fit for every load. */
export function quickChecks(set: JobSet): readonly JobProblem[] {
  return [...actionCycles(set.jobs), ...idsApartByCase(set.jobs)]
}

/**
 * What takes longer, and is for people who check their jobs: that which the next runs show, and what is good to know. Yields once a job, so
 * that a caller can pause.
 */
export function* deepChecks(set: JobSet): Generator<undefined, readonly JobProblem[]> {
  const started = startedByActions(set.jobs)
  const problems: JobProblem[] = []
  const roots: Instance[] = []
  for (const job of set.jobs.values()) {
    const next = nextRuns(job, set.now)
    const unscheduled = next.length === 0
    const add = (found: readonly Problem[]): void => {
      for (const problem of found) problems.push({ jobId: job.id, problem })
    }
    add(scheduleProblems(job, set.now))
    add(unscheduled ? unknownNames(set, job, madeUpArgs(job)) : unknownInActions(set, job, next))
    add(conditionsThatNeverHold(set, job, next))
    if (job.schedules.length === 0 && !started.has(job.id) && !job.adHoc) {
      add([notice('JOB_UNREACHABLE', 'no schedule and no action starts this job', 'it runs only when it is told to')])
    }
    for (const args of unscheduled ? [named(job)] : next) roots.push({ jobId: job.id, args })
    yield
  }
  return [...problems, ...dependencyCycles(set, roots, { severity: 'warning' })]
}

// Args that say which they are: what waits for the same args then waits for them whatever they are.
function named({ params }: Job): Record<string, string> {
  return Object.fromEntries(params.map((param) => [param, `<${param}>`]))
}

function conditionsThatNeverHold(set: JobSet, job: Job, next: readonly Record<string, string>[]): readonly Problem[] {
  const [args = named(job)] = next
  return neverHolding(set, job, args).map((index) => ({
    code: 'JOB_NEVER_STARTS',
    severity: 'warning',
    path: ['condition', index],
    at: 'value',
    message: `this condition never holds: ${job.conditions[index]?.str ?? ''}`,
    hint: 'runs of this job wait until they are started or skipped by hand',
  }))
}

function idsApartByCase(jobs: ReadonlyMap<string, Job>): readonly JobProblem[] {
  const byLower = new Map<string, string>()
  return [...jobs.keys()].flatMap((jobId) => {
    const other = byLower.get(jobId.toLowerCase())
    byLower.set(jobId.toLowerCase(), jobId)
    if (other === undefined) return []
    const problem: Problem = {
      code: 'JOB_ID_CASE',
      severity: 'warning',
      path: [],
      at: 'value',
      message: `the ID of this job differs from that of job ${other} by upper and lower case only`,
      hint: 'rename one of them: on some file systems the two files are one',
    }
    return [{ jobId, problem }]
  })
}

/** Jobs that actions start; where one is named by a template, any may be. */
function startedByActions(jobs: ReadonlyMap<string, Job>): { has(jobId: string): boolean } {
  const started = new Set<string>()
  for (const job of jobs.values()) {
    for (const { json } of job.actions) {
      const { job_id: target } = json
      if (typeof target !== 'string' || isTemplate(target)) return { has: () => true }
      started.add(target)
    }
  }
  return started
}

function notice(code: Problem['code'], message: string, hint: string): Problem {
  return { code, severity: 'notice', path: [], at: 'value', message, hint }
}
