import { createHash } from 'node:crypto'
import { problemsOf } from '@apsis/core/document'
import { type Job, type JobResult, parseJob } from '@apsis/core/job'
import type { Json, JsonObject } from '@apsis/core/json'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import type { Expanded } from '@apsis/core/template'
import { formatInstant } from '@apsis/core/time'
import { registry } from './index.ts'

// How the tests of the kinds get at what they test.

/** The spec that a mapping gives, or the messages why it gives none. */
export function specOf<Spec>(kind: KindSyntax<Spec>, value: JsonObject): Spec {
  const parsed = kind.schema.safeParse({ type: kind.type, ...value })
  if (!parsed.success) throw new Error(faultsOf(kind, value).join('; '))
  return parsed.data
}

/** 2026-01-01T00:00:00Z. */
export const FROM: number = Date.UTC(2026, 0, 1)

/** The first instants of a schedule within 400 days, without their zone. */
export function due(kind: KindSyntax<ScheduleSpec>, value: JsonObject, count: number, from: number = FROM): string[] {
  const times: string[] = []
  for (const occurrence of specOf(kind, value).occurrences(from, from + 400 * 86_400_000)) {
    times.push(formatInstant(occurrence.due).slice(0, 19))
    if (times.length === count) break
  }
  return times
}

/** What is wrong with a mapping: `path: message (hint)`. */
export function faultsOf<Spec>(kind: KindSyntax<Spec>, value: JsonObject): string[] {
  const named = { type: kind.type, ...value }
  const parsed = kind.schema.safeParse(named)
  const codes = { keyUnknown: 'JOB_KEY_UNKNOWN', keyMissing: 'JOB_KEY_MISSING', value: 'JOB_VALUE' } as const
  const issues = parsed.success ? [] : parsed.error.issues
  return problemsOf(issues, { codes, schema: kind.schema, value: named, path: [] }).map(
    ({ path, message, hint }) => `${path.join('.')}: ${message}${hint === null ? '' : ` (${hint})`}`,
  )
}

/** The value of an expansion that has to succeed. */
export function expandedOf<T>(expanded: Expanded<T>): T {
  if (!expanded.ok) throw new Error(expanded.message)
  return expanded.value
}

/** What survives being stored. */
export function stored(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}

export function parse(text: string, jobId = 'j'): JobResult {
  const digest = (input: string): string => createHash('sha256').update(input).digest('hex')
  return parseJob(text, { jobId, path: `${jobId}.yaml`, registry, digest })
}

export function jobOf(text: string, jobId = 'j'): Job {
  const parsed = parse(text, jobId)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics))
  return parsed.job
}
