import type { RequestProblem } from '@apsis/api/error'
import { closest } from '@apsis/core/document'
import type { z } from 'zod'
import { type Failure, failure } from './outcome.ts'
import { expectation, knownKeys } from './words.ts'

/** Most problems that one answer names. */
const MAX_PROBLEMS = 20

/** Reads one part of a request; where it is not as it should be, says where and what was expected. */
export function readPart<T>(
  place: RequestProblem['in'],
  schema: z.ZodType<T, unknown>,
  value: unknown,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly RequestProblem[] } {
  const result = read(schema, value)
  if (result.ok) return result
  const problems = result.problems.map((problem) => ({ in: place, ...problem }))
  return { ok: false, problems }
}

type Placed = Omit<RequestProblem, 'in'>

/** Reads by a schema. What it has no message of its own for is said in our words; each key that is not known is a problem at its own place. */
function read<T>(
  schema: z.ZodType<T, unknown>,
  value: unknown,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Placed[] } {
  const known = new Map<readonly string[], readonly string[]>()
  const error = (issue: z.core.$ZodRawIssue): string | undefined => {
    if (issue.code === 'unrecognized_keys') known.set(issue.keys, knownKeys(issue.inst))
    return expectation(issue)
  }
  const result = schema.safeParse(value, { error })
  if (result.success) return { ok: true, value: result.data }
  const problems = result.error.issues.flatMap((issue): readonly Placed[] => {
    if (issue.code !== 'unrecognized_keys') return [{ path: issue.path.join('.'), message: issue.message }]
    return issue.keys.map((key) => {
      const meant = closest(key, known.get(issue.keys) ?? [])
      const hint = meant === null ? '' : `did you mean ${meant}?; `
      return { path: [...issue.path, key].join('.'), message: `no such key; ${hint}${issue.message}` }
    })
  })
  return { ok: false, problems }
}

/** The refusal of a request with these problems. */
export function malformed(problems: readonly RequestProblem[]): Failure {
  const named = problems.slice(0, MAX_PROBLEMS)
  const text = named.map(
    (problem) => `${problem.path === '' ? problem.in : `${problem.in} ${problem.path}`}: ${problem.message}`,
  )
  return failure(
    'REQUEST_INVALID',
    text.join('; '),
    named.map((problem) => ({ ...problem })),
  )
}
