import { createHash } from 'node:crypto'
import { problemsOf } from '@apsis/core/document'
import { type Job, type JobResult, parseJob } from '@apsis/core/job'
import type { Json, JsonObject } from '@apsis/core/json'
import type { KindSyntax } from '@apsis/core/kind'
import type { Expanded } from '@apsis/core/template'
import { registry } from './index.ts'

// How the tests of the kinds get at what they test.

/** The spec that a mapping gives, or the messages why it gives none. */
export function specOf<Spec>(kind: KindSyntax<Spec>, value: JsonObject): Spec {
  const parsed = kind.schema.safeParse({ type: kind.type, ...value })
  if (!parsed.success) throw new Error(faultsOf(kind, value).join('; '))
  return parsed.data
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
