import { describeJson, isMapping, pythonText, type KeyPath, type Problem } from '../document/index.ts'
import type { Json } from '../json/index.ts'
import type { Args } from '../run/run.ts'

/** Args as texts, by name in order, so that equal args give equal JSON. */
export function sortedArgs(args: Args): Args {
  return Object.fromEntries(Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The `args` of a job file: a mapping whose values become texts as Python's `str` makes them. Null with the problem noted. */
export function parseArgs(value: Json | undefined, path: KeyPath, problems: Problem[]): Args | null {
  if (value === undefined || value === null) return {}
  if (isMapping(value)) {
    return sortedArgs(Object.fromEntries(Object.entries(value).map(([name, arg]) => [name, pythonText(arg)])))
  }
  const message = `expected args, a mapping of names to values, not ${describeJson(value)}`
  problems.push({ code: 'JOB_VALUE', severity: 'error', path, at: 'value', message, hint: null })
  return null
}

/**
 * What is wrong with the args of a run, or null. A run has exactly the params of its job.
 * Texts as the existing system has them (spec/apsis.md 1.7).
 */
export function argsFault(job: { readonly id: string; readonly params: readonly string[] }, args: Args): string | null {
  const missing = job.params.filter((param) => !Object.hasOwn(args, param))
  const extra = Object.keys(args)
    .filter((name) => !job.params.includes(name))
    .sort()
  if (missing.length > 0) {
    const also = extra.length > 0 ? `; extra args (${extra.join(', ')})` : ''
    return `missing args (${missing.join(', ')}) for job ${job.id}${also}`
  }
  return extra.length > 0 ? `extra args (${extra.join(', ')}) for job ${job.id}` : null
}

/** `J(a=b c=d)`, or `J` alone without args: how runs are named in messages. */
export function runText(jobId: string, args: Args): string {
  const pairs = Object.entries(sortedArgs(args)).map(([name, value]) => `${name}=${value}`)
  return `${jobId}(${pairs.join(' ')})`
}
