import { parseRunId, type RunId, STATES, type State } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import { z } from 'zod'
import { parseTime } from '../json/index.ts'

// Every schema here takes the texts of a query or path, and what a client of ours gives as well, and says what it expected.

/** A run id. One that has not the form is let through, to be found unknown: so the existing server answers (spec/apsis.md 6.1). */
export const runIdParam: z.ZodType<string, unknown> = z.string().min(1)

/** A list of run ids, given once or repeated. */
export const runIdsQuery: z.ZodType<readonly RunId[], unknown> = listOf(
  z.string().transform((text, context) => {
    const id = parseRunId(text)
    if (id !== null) return id
    context.addIssue({ code: 'custom', message: `not a run id: ${text}; expected r and a number, such as r12` })
    return z.NEVER
  }),
).meta({ type: 'array', items: { type: 'string', pattern: '^r[1-9][0-9]*$' } })

/** A list of states, given once, repeated, or with commas between. */
export const statesQuery: z.ZodType<readonly State[], unknown> = z
  .preprocess(
    (value) =>
      typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value.flatMap(splitCommas) : value,
    z.array(
      z.enum(STATES, { error: (issue) => `not a state: ${String(issue.input)}; expected one of ${STATES.join(', ')}` }),
    ),
  )
  .meta({ type: 'array', items: { type: 'string', enum: [...STATES] } })

/** A truth value in the forms of the existing server (spec/apsis.md 8.2); the name alone means true. */
export const boolQuery: z.ZodType<boolean, unknown> = z
  .preprocess(
    (value) => {
      if (typeof value !== 'string') return value
      if (['True', 'true', 'T', 't', ''].includes(value)) return true
      if (['False', 'false', 'F', 'f'].includes(value)) return false
      return value
    },
    z.boolean({ error: 'expected true or false' }),
  )
  .meta({ type: 'boolean' })

/** A time with a zone. */
export const timeQuery: z.ZodType<Instant, unknown> = z
  .unknown()
  .transform((value, context) => {
    const at = typeof value === 'number' ? value : typeof value === 'string' ? parseTime(value) : null
    if (at !== null) return at
    context.addIssue({ code: 'custom', message: timeExpected(value) })
    return z.NEVER
  })
  .meta({ type: 'string', format: 'date-time' })

/** A whole number within limits, both included. */
export function intQuery(min: number, max: number): z.ZodType<number, unknown> {
  const message = `expected a whole number from ${min} to ${max}`
  return z
    .preprocess(
      (value) => (typeof value === 'string' && /^[+-]?\d{1,16}$/.test(value) ? Number(value) : value),
      z.int({ error: message }).min(min, message).max(max, message),
    )
    .meta({ type: 'integer', minimum: min, maximum: max })
}

/** A time with a zone in a body, kept as text. */
export const timeText: z.ZodType<string> = z
  .string({ error: (issue) => timeExpected(issue.input) })
  .refine((text) => parseTime(text) !== null, { error: (issue) => timeExpected(issue.input) })

function timeExpected(value: unknown): string {
  const what =
    value === undefined ? 'missing' : `not a time: ${typeof value === 'string' ? value : JSON.stringify(value)}`
  return `${what}; expected a time with a zone, such as 2026-01-31T09:30:00Z`
}

/** Why something is asked: its length is checked by who takes it. */
export interface ReasonBody {
  readonly reason?: string | null
}

export const reasonText: z.ZodExactOptional<z.ZodType<string | null>> = z.string().nullable().exactOptional()

/** A body that may be missing; one that is there has no members but these: a misspelt one must not go unheard. */
export function optional<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodType<z.output<z.ZodObject<Shape, z.core.$strict>>, unknown> {
  return z.preprocess((value) => value ?? {}, z.strictObject(shape))
}

export const reasonBody: z.ZodType<ReasonBody, unknown> = optional({ reason: reasonText })

function listOf<T>(item: z.ZodType<T, unknown>): z.ZodType<readonly T[], unknown> {
  return z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(item))
}

function splitCommas(value: unknown): unknown[] {
  return typeof value === 'string' ? value.split(',') : [value]
}
