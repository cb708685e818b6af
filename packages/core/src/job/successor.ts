import { describeJson, isMapping, type KeyPath, type Problem, suggestion } from '../document/index.ts'
import type { Json } from '../json/index.ts'
import { SUCCESSOR_KEYS } from './document.ts'
import { complain } from './fields.ts'

const KEYS = Object.keys(SUCCESSOR_KEYS)

/** A `successors` item, which is short for an action that schedules a job when the run succeeds. Null with the problem noted. */
export function successorAction(value: Json, path: KeyPath, problems: Problem[]): Json | null {
  const when = { states: ['success'] }
  if (typeof value === 'string') return { type: 'schedule', job_id: value, if: when }
  if (!isMapping(value)) {
    complain(problems, path, `expected a job ID, or a mapping with job_id and args, not ${describeJson(value)}`, null)
    return null
  }
  const known: Record<string, Json> = {}
  for (const [key, member] of Object.entries(value)) {
    if (KEYS.includes(key)) {
      known[key] = member
      continue
    }
    const message = `unexpected key: ${key}`
    const hint = suggestion(key, KEYS)
    problems.push({ code: 'JOB_KEY_UNKNOWN', severity: 'error', path: [...path, key], at: 'key', message, hint })
  }
  return { ...known, type: 'schedule', if: when }
}
