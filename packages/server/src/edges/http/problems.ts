import type { RequestProblem } from '@apsis/api/error'
import type { z } from 'zod'
import { type Failure, failure } from './outcome.ts'

/** Most problems that one answer names. */
const MAX_PROBLEMS = 20

/** Reads one part of a request; where it is not as it should be, says where and what was expected. */
export function readPart<T>(
  place: RequestProblem['in'],
  schema: z.ZodType<T, unknown>,
  value: unknown,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly RequestProblem[] } {
  const result = schema.safeParse(value)
  if (result.success) return { ok: true, value: result.data }
  const problems = result.error.issues.map((issue) => ({
    in: place,
    path: issue.path.join('.'),
    message: issue.message,
  }))
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
