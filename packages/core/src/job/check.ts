import {
  type Diagnostic,
  diagnose,
  isList,
  isMapping,
  type KeyPath,
  type Problem,
  readYaml,
  type Source,
} from '../document/index.ts'
import type { JsonObject } from '../json/index.ts'
import { instantArgs } from '../plan/instant-args.ts'
import { isTemplate } from '../template/index.ts'
import type { Instant } from '../time/index.ts'
import { argsFault } from './args.ts'
import { bindRun, type ParamsOf } from './bind.ts'
import type { Job, JobSchedule } from './job.ts'

/** How far a trial run is looked for: 20 years. A schedule with nothing due until then has no trial run. */
const TRIAL_HORIZON = 20 * 366 * 86_400_000

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
  /** Also say what is good to know about schedules. It takes a while: they are looked at for a year. */
  readonly remarks?: boolean
}

/**
 * Checks jobs against each other: per schedule a trial run is made and bound, and the jobs that conditions and actions name must exist
 * and take the args given. Source: spec/apsis.md 1.8; what the existing check would let pass is a warning.
 */
export function checkJobs(entries: readonly CheckEntry[], options: CheckOptions): Diagnostic[] {
  const params = new Map(entries.map(({ job }) => [job.id, job.params]))
  const paramsOf: ParamsOf = (jobId) => params.get(jobId) ?? options.others?.(jobId) ?? null
  return entries.flatMap((entry) => checkJob(entry, paramsOf, options))
}

/** Checks one job, as `checkJobs` does, for callers that take a pause between jobs. */
export function checkJob(
  { job, source }: CheckEntry,
  paramsOf: ParamsOf,
  options: Pick<CheckOptions, 'now' | 'remarks'>,
): Diagnostic[] {
  const problems = [
    ...problemsOfJob(job, source, paramsOf, options.now),
    ...(options.remarks === true ? remarksOf(job, options.now) : []),
  ]
  if (source !== null) return diagnose(problems, source)
  return diagnose(problems, null).map((found) => ({
    ...found,
    key: found.key === '' ? job.id : `${job.id}: ${found.key}`,
  }))
}

function remarksOf(job: Job, now: Instant): Problem[] {
  return job.schedules.flatMap(({ schedule }, index) =>
    (schedule.remarks?.(now) ?? []).map((message): Problem => {
      return { code: 'JOB_REMARK', severity: 'notice', path: ['schedule', index], at: 'value', message, hint: null }
    }),
  )
}

function problemsOfJob(job: Job, source: Source | null, paramsOf: ParamsOf, now: Instant): Problem[] {
  const trials = job.schedules.map((schedule, index) => trial(job, schedule, index, paramsOf, now))
  const tried = trials.some((one) => one !== null)
  // Where a trial run was bound, its conditions were looked at with the very args.
  const conditions = tried
    ? []
    : job.conditions.flatMap(({ json }, index) => references(job, json, 'condition', ['condition', index], paramsOf))
  const actions = job.actions.flatMap(({ json }, index) =>
    references(job, json, 'action', actionPath(source, index), paramsOf),
  )
  return [...trials.flatMap((one) => one ?? []), ...conditions, ...actions.map((one) => (tried ? asWarning(one) : one))]
}

/** Makes and binds the next run of a schedule; null where there is none to make. */
function trial(job: Job, schedule: JobSchedule, index: number, paramsOf: ParamsOf, now: Instant): Problem[] | null {
  const [occurrence] = schedule.schedule.occurrences(now, now + TRIAL_HORIZON)
  if (occurrence === undefined) return null
  const args = instantArgs(job.params, schedule.args, occurrence.args, occurrence.due)
  const fault = argsFault(job, args)
  const path = ['schedule', index]
  if (fault !== null) {
    const hint = 'give the missing ones under `args` of the schedule'
    return [{ code: 'JOB_ARGS', severity: 'error', path, at: 'value', message: fault, hint }]
  }
  const bound = bindRun(job, { runId: 'r0', args }, paramsOf)
  if (bound.ok) return []
  const hint = 'in the next run of this schedule'
  return [{ code: 'JOB_TRIAL', severity: 'error', path, at: 'value', message: bound.message, hint }]
}

/** What is wrong with a job that a condition or an action names, and with the args given for it. Templates are let be. */
function references(
  job: Job,
  json: JsonObject,
  context: 'condition' | 'action',
  path: KeyPath,
  paramsOf: ParamsOf,
): Problem[] {
  const { job_id: target, args } = json
  if (typeof target !== 'string' || isTemplate(target)) return []
  const params = paramsOf(target)
  if (params === null) {
    const message = `unknown job ID in ${context}: ${target}`
    return [{ code: 'JOB_REFERENCE', severity: 'error', path: [...path, 'job_id'], at: 'value', message, hint: null }]
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

// Successors are actions too, but stand elsewhere in the file: after the actions of `action`.
function actionPath(source: Source | null, index: number): KeyPath {
  if (source === null) return ['action', index]
  const read = readYaml(source.text)
  const action = read.ok && isMapping(read.value) ? read.value['action'] : undefined
  const count = isList(action) ? action.length : action === undefined ? 0 : 1
  return index < count ? ['action', index] : ['successors', index - count]
}
