import {
  type Diagnostic,
  diagnose,
  isMapping,
  type KeyPath,
  type Problem,
  type Source,
  withinStack,
} from '../document/index.ts'
import type { JsonObject } from '../json/index.ts'
import { isTemplate } from '../template/index.ts'
import type { Instant } from '../time/index.ts'
import { argsFault } from '../job/args.ts'
import { bindRun, type ParamsOf } from '../job/bind.ts'
import type { Job, JobSchedule } from '../job/job.ts'
import { placeAction } from './jobs.ts'
import { type NearJob, nearJob } from './near-job.ts'
import { NEXT_RUN_HORIZON, nextRunArgs } from './next-runs.ts'

/** A job to check, and the text it came from; null where there is none. */
export interface CheckEntry {
  readonly job: Job
  readonly source: Source | null
}

export interface CheckOptions {
  /** From when the trial runs are made. */
  readonly now: Instant
  /** Jobs that may be named without being checked: the ad hoc ones. */
  readonly others?: ParamsOf
}

/**
 * Checks jobs against each other: per schedule a trial run is made and bound, and the jobs that conditions and actions name must exist
 * and take the args given. Source: spec/apsis.md 1.8; what the existing check would let pass is a warning.
 */
export function checkJobs(entries: readonly CheckEntry[], options: CheckOptions): Diagnostic[] {
  const params = new Map(entries.map(({ job }) => [job.id, job.params]))
  const paramsOf: ParamsOf = (jobId) => params.get(jobId) ?? options.others?.(jobId) ?? null
  const near = nearJob([...params.keys()])
  return entries.flatMap((entry) => checkJob(entry, paramsOf, { ...options, near }))
}

/** Checks one job, as `checkJobs` does, for callers that take a pause between jobs. */
export function checkJob(
  { job, source }: CheckEntry,
  paramsOf: ParamsOf,
  options: Pick<CheckOptions, 'now'> & { readonly near?: NearJob },
): Diagnostic[] {
  const problems = problemsOfJob(job, paramsOf, options.now, options.near)
  if (source !== null)
    return diagnose(
      problems.map((problem) => placeAction(problem, source)),
      source,
    )
  return diagnose(problems, null).map((found) => ({
    ...found,
    key: found.key === '' ? job.id : `${job.id}: ${found.key}`,
  }))
}

/** What `checkJob` finds; actions are all in `action`. */
export function problemsOfJob(job: Job, paramsOf: ParamsOf, now: Instant, near: NearJob = () => null): Problem[] {
  const trials = job.schedules.map((schedule, index) => {
    const tried = withinStack(() => trial(job, schedule, index, { paramsOf, now, near }))
    return tried === null ? [tooDeep(index)] : tried.value
  })
  const tried = trials.some((one) => one !== null)
  // Where a trial run was bound, its conditions were looked at with the very args.
  const conditions = tried
    ? []
    : job.conditions.flatMap(({ json }, index) =>
        references(job, json, 'condition', ['condition', index], { paramsOf, near }),
      )
  const actions = job.actions.flatMap(({ json }, index) =>
    references(job, json, 'action', ['action', index], { paramsOf, near }),
  )
  return [...trials.flatMap((one) => one ?? []), ...conditions, ...actions.map((one) => (tried ? asWarning(one) : one))]
}

function tooDeep(index: number): Problem {
  const message = 'the next run of this schedule is nested too deeply to be made'
  return { code: 'JOB_TRIAL', severity: 'error', path: ['schedule', index], at: 'value', message, hint: null }
}

/** Makes and binds the next run of a schedule; null where there is none to make. */
function trial(
  job: Job,
  schedule: JobSchedule,
  index: number,
  { paramsOf, now, near }: { readonly paramsOf: ParamsOf; readonly now: Instant; readonly near: NearJob },
): Problem[] | null {
  const args = nextRunArgs(job, schedule, now)
  if (args === null) return null
  const fault = argsFault(job, args)
  const path = ['schedule', index]
  if (fault !== null) {
    const hint = 'give the missing ones under `args` of the schedule'
    return [{ code: 'JOB_ARGS', severity: 'error', path, at: 'value', message: fault, hint }]
  }
  const bound = bindRun(job, { runId: 'r0', args }, paramsOf)
  if (bound.ok) return []
  const { message, place } = bound
  if (place === undefined) {
    const [, unknown] = /^unknown job ID: (.+)$/.exec(message) ?? []
    const hint = (unknown === undefined ? null : near(unknown)) ?? 'in the next run of this schedule'
    return [{ code: 'JOB_TRIAL', severity: 'error', path, at: 'value', message, hint }]
  }
  const hint = missingParam(job, schedule, message, now) ?? `in the next run of schedule[${index}]`
  const within = place.within === null ? {} : { within: place.within }
  return [{ code: 'JOB_TRIAL', severity: 'error', path: place.path, at: 'value', message, hint, ...within }]
}

// What a schedule offers reaches a run only where the job has a param for it.
function missingParam(job: Job, { schedule }: JobSchedule, message: string, now: Instant): string | null {
  const [, name] = /^name '(\w+)' is not defined/.exec(message) ?? []
  if (name === undefined || job.params.includes(name)) return null
  const [next] = schedule.occurrences(now, now + NEXT_RUN_HORIZON)
  const offered = name === 'schedule_time' || Object.hasOwn(next?.args ?? {}, name)
  return offered ? `add ${name} to params: this schedule gives it` : null
}

/** What is wrong with a job that a condition or an action names, and with the args given for it. Templates are let be. */
function references(
  job: Job,
  json: JsonObject,
  context: 'condition' | 'action',
  path: KeyPath,
  { paramsOf, near }: { readonly paramsOf: ParamsOf; readonly near: NearJob },
): Problem[] {
  const { job_id: target, args } = json
  if (typeof target !== 'string' || isTemplate(target)) return []
  const params = paramsOf(target)
  if (params === null) {
    const message = `unknown job ID in ${context}: ${target}`
    const hint = near(target)
    return [{ code: 'JOB_REFERENCE', severity: 'error', path: [...path, 'job_id'], at: 'value', message, hint }]
  }
  const given = isMapping(args) ? Object.keys(args) : []
  const missing = params.filter((param) => !given.includes(param) && !job.params.includes(param))
  const extraneous = given.filter((name) => !params.includes(name))
  const wrong = (what: string, param: string): Omit<Problem, 'path' | 'at'> => {
    const message = `${what} arg in ${context}: param ${param} of job ${target}`
    return { code: 'JOB_ARGS', severity: 'error', message, hint: null }
  }
  return [
    ...missing.map((param): Problem => ({ ...wrong('missing', param), path, at: 'value' })),
    ...extraneous.map(
      (param): Problem => ({ ...wrong('extraneous', param), path: [...path, 'args', param], at: 'key' }),
    ),
  ]
}

function asWarning(problem: Problem): Problem {
  return { ...problem, severity: 'warning' }
}
