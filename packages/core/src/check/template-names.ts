import type { KeyPath, Problem } from '../document/index.ts'
import type { Json } from '../json/index.ts'
import { type BindScope, type Expanded, type ExpandFailure, isTemplate } from '../template/index.ts'
import type { Job } from '../job/job.ts'
import type { Args } from '../run/run.ts'
import type { JobSet } from './jobs.ts'

/** Values that params often have, by their names. What they are makes no difference to which names there are. */
const USUAL: Readonly<Record<string, string>> = {
  date: '2026-01-01',
  time: '2026-01-01T00:00:00Z',
  schedule_time: '2026-01-01T00:00:00Z',
  daytime: '00:00:00',
  tz: 'UTC',
  calendar: 'all',
}
const GUESSES = ['2026-01-01', '1', '2026-01-01T00:00:00Z'] as const

/** Args made up for a job that no schedule gives any, in a few ways: dates where templates expect dates, numbers where numbers. */
export function madeUpArgs({ params }: Job): readonly Args[] {
  if (params.length === 0) return [{}]
  return GUESSES.map((guess) => Object.fromEntries(params.map((param) => [param, USUAL[param] ?? guess])))
}

/**
 * Names, filters and tests that the templates of a job use and that do not exist, whatever the args are. Found by binding with args: what
 * fails because of their values, or may be set or asked for elsewhere in the template, is let be.
 */
export function unknownNames(set: JobSet, job: Job, argsToTry: readonly Args[]): readonly Problem[] {
  const found: Problem[] = []
  const look = (json: Json, path: KeyPath, bind: (args: Args) => Expanded<unknown>): void => {
    for (const args of argsToTry) {
      const bound = bind(args)
      const unknown = bound.ok ? null : unknownName(bound)
      const place = unknown === null ? null : certainPlace(json, path, unknown)
      if (unknown === null || place === null) continue
      const { message } = unknown
      const hint = message.startsWith('name') ? `params of this job: ${job.params.join(', ') || 'none'}` : null
      found.push({
        code: 'JOB_TEMPLATE_NAME',
        severity: 'warning',
        ...place,
        at: 'value',
        message,
        hint,
      })
      return
    }
  }
  const scope = (args: Args): BindScope => ({ runId: 'r0', jobId: job.id, args, environment: job.environment })
  look(job.program.json, ['program'], (args) => job.program.bind(scope(args)))
  for (const [index, condition] of job.conditions.entries()) {
    look(condition.json, ['condition', index], (args) => condition.bind(scope(args), set.paramsOf))
  }
  return [...found, ...unknownInActions(set, job, argsToTry)]
}

/** As `unknownNames`, of the actions alone. */
export function unknownInActions(set: JobSet, job: Job, argsToTry: readonly Args[]): readonly Problem[] {
  return job.actions.flatMap((action, index): Problem[] => {
    for (const args of argsToTry) {
      const planned = action.plan({ runId: 'r0', jobId: job.id, args, state: 'success' }, set.paramsOf)
      const unknown = planned.ok ? null : unknownName(planned)
      const place = unknown === null ? null : certainPlace(action.json, ['action', index], unknown)
      if (unknown === null || place === null) continue
      const hint = `templates of an action see the args of the run: ${job.params.join(', ') || 'this job has none'}`
      return [{ code: 'JOB_TEMPLATE_NAME', severity: 'warning', ...place, at: 'value', message: unknown.message, hint }]
    }
    return []
  })
}

interface Unknown extends ExpandFailure {
  readonly name: string
}

function unknownName(failure: ExpandFailure): Unknown | null {
  const { message } = failure
  const match = /^name '(\w+)' is not defined/.exec(message) ?? /^No (?:filter|test) named '(\w+)'\./.exec(message)
  // Messages may end with the place in the template, which the problem has itself.
  return match?.[1] === undefined ? null : { ...failure, name: match[1], message: match[0] }
}

/** The place of the template that uses a name; null where any template of the mapping may give it a meaning. */
function certainPlace(
  json: Json,
  path: KeyPath,
  { name, field, at }: Unknown,
): Pick<Problem, 'path' | 'within'> | null {
  const uses = new RegExp(`\\b${name}\\b`)
  const texts = [...textsOf(json, path)].filter(({ text }) => isTemplate(text) && uses.test(text))
  const guarded = new RegExp(
    `(\\b(set|for|macro|with|call)\\b[^%]*\\b${name}\\b)|(\\b${name}\\s*\\|\\s*d)|(\\b${name}\\s+is\\b)`,
  )
  const [first] = texts
  if (first === undefined || texts.some(({ text }) => guarded.test(text))) return null
  if (field === undefined) return { path: first.path }
  return { path: [...path, ...field], ...(at === undefined ? {} : { within: at }) }
}

function* textsOf(json: Json, path: KeyPath): Generator<{ readonly text: string; readonly path: KeyPath }> {
  if (typeof json === 'string') yield { text: json, path }
  else if (json !== null && typeof json === 'object') {
    for (const [key, value] of Object.entries(json)) {
      yield* textsOf(value, [...path, Array.isArray(json) ? Number(key) : key])
    }
  }
}
