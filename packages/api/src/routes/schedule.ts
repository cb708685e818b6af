import type { JsonObject } from '@apsis/core/json'
import type { Args } from '@apsis/core/run'
import { z } from 'zod'
import { jsonObjectSchema, parseTime, type RunsJson, runsJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { MAX_PAGE } from './runs.ts'
import { intQuery, reasonText } from './values.ts'

export interface ScheduleQuery {
  /** How many equal runs to make, 0 to 10,000 (as many as an answer has); default 1. */
  readonly count?: number
}

/** The run to make: of a job (`job_id`), or of a job document given here (`job`), which then is an ad hoc job. */
export interface ScheduleBody {
  readonly job_id?: string
  readonly job?: JsonObject
  readonly args?: Args
  readonly times?: {
    /** `now` (the default), or a time. */
    readonly schedule?: string
    /** A time, or a length of time from the schedule time on (a number is seconds). */
    readonly stop?: string | number
  }
  /** Why, for the log of the run. */
  readonly reason?: string | null
}

// Values are made texts as the existing server makes them (spec/apsis.md 1.7).
const argText = z.union([
  z.string(),
  z.number().transform(String),
  z.boolean().transform((value) => (value ? 'True' : 'False')),
  z.null().transform(() => 'None'),
])

const bodySchema: z.ZodType<ScheduleBody, unknown> = z
  .object({
    job_id: z.string().min(1).exactOptional(),
    job: jsonObjectSchema.exactOptional(),
    args: z.record(z.string(), argText).exactOptional(),
    times: z
      .object({
        schedule: z
          .string()
          .refine((text) => text === 'now' || parseTime(text) !== null, {
            error: (issue) =>
              `not a time: ${String(issue.input)}; expected now, or a time with a zone, such as 2026-01-31T09:30:00Z`,
          })
          .exactOptional(),
        stop: z.union([z.string(), z.number()]).exactOptional(),
      })
      .exactOptional(),
    reason: reasonText,
  })
  .refine(({ job_id, job }) => (job_id === undefined) !== (job === undefined), {
    error: (issue) => (hasBoth(issue.input) ? 'give either job_id or job, not both' : 'missing job_id or job'),
  })

function hasBoth(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'job' in body && 'job_id' in body
}

/** Makes runs. */
export const scheduleRun: Route<Nothing, ScheduleQuery, ScheduleBody, RunsJson> = {
  name: 'scheduleRun',
  methods: ['POST'],
  path: '/api/v1/runs',
  tag: 'operations',
  summary: 'Makes one or more runs of a job, now or at a time. Where the args are not those of the job, none is made.',
  params: nothing,
  query: z.object({ count: intQuery(0, MAX_PAGE).exactOptional() }),
  body: bodySchema,
  reply: runsJsonSchema,
  errors: ['JOB_NO_MATCH', 'JOB_UNKNOWN', 'JOB_AMBIGUOUS', 'JOB_INVALID', 'ARGS', 'REQUEST', 'CONFLICT', 'BUSY'],
}
