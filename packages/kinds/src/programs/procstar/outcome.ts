import { signalName } from '@apsis/core/field'
import type { Json, JsonObject } from '@apsis/core/json'
import type { BoundProgram } from '@apsis/core/run'
import type { ProcResult } from '@apsis/wire/result'
import type { ProgramOutcome } from '../../runtime/types.ts'

/**
 * What the final result of a process means: exit code 0 is success, unless the timeout had expired. Texts as the existing system has
 * them (spec/apsis.md 4.3).
 */
export function procOutcome(
  bound: BoundProgram,
  result: ProcResult,
  stop: { readonly reason: 'stop' | 'timeout' | 'schedule' } | null,
): ProgramOutcome {
  if (result.state === 'error' || result.errors.length > 0) {
    return {
      outcome: 'error',
      message: result.errors.join('; ') || 'the agent says that it could not be run, but not why',
    }
  }
  if (result.state === 'running' || result.status === null) {
    return { outcome: 'error', message: 'the agent gave up the process without saying how it ended' }
  }
  const { exit_code: exitCode, signum, signal } = result.status
  const timedOut = stop?.reason === 'timeout'
  if (exitCode === 0 && !timedOut) return { outcome: 'success', message: null }
  const how = exitCode === null ? `killed by ${signal ?? signalName(signum ?? 0)}` : `exit code ${exitCode}`
  const seconds = bound.timeout === null ? 0 : bound.timeout.duration / 1000
  return { outcome: 'failure', message: timedOut ? `${how} (timeout after ${seconds} s)` : how }
}

const META_KEYS = [
  'status',
  'times',
  'rusage',
  'proc_stat',
  'proc_statm',
  'cgroup_accounting',
  // Ours, of agents that send them.
  'tree',
  'ended_by',
  'cgroup',
  'perf',
  'cwd',
  'env',
  'limits',
  'masked',
  'errors_detail',
] as const

/** What of a result goes to `meta.program`: everything but output and state (spec/apsis.md 4.3). */
export function procMeta(result: ProcResult): JsonObject {
  const present = META_KEYS.map((key): [string, Json] => [key, toJson(result[key])]).filter(
    ([, value]) => value !== null,
  )
  return { errors: result.errors, ...Object.fromEntries(present) }
}

// What an agent sends may hold big integers, which JSON cannot: beyond 2^53 the nearest number has to do. Most holds none, and is taken as it is.
function toJson(value: unknown): Json {
  if (isJson(value)) return value
  if (typeof value === 'bigint') return Number.isFinite(Number(value)) ? Number(value) : null
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value !== 'object' || value === null) return null
  return Object.fromEntries(Object.entries(value).map(([key, member]): [string, Json] => [key, toJson(member)]))
}

function isJson(value: unknown): value is Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      if (value === null) return true
      if (Array.isArray(value)) return value.every(isJson)
      for (const member of Object.values(value)) if (!isJson(member)) return false
      return true
    default:
      return false
  }
}
