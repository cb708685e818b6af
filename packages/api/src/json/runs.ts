import { z } from 'zod'
import { type RunJson, runJsonSchema } from './run.ts'
import { type RunSummary, runSummarySchema } from './summary.ts'
import { type ApiTime, apiTimeSchema } from './time.ts'

/** Several runs, by run id, in the order asked for. With `summary` the runs are summaries. */
export interface RunsJson {
  /** The time of the answer. */
  readonly when: ApiTime
  readonly runs: Readonly<Record<string, RunJson>>
  /** Cursor of the next page; null at the end. Absent from answers that have no pages. */
  readonly next?: string | null
  /** In an order by schedule time, where there is a next page: that of the run up to which runs were looked at. */
  readonly reached?: ApiTime
}

export interface RunSummariesJson {
  readonly when: ApiTime
  readonly runs: Readonly<Record<string, RunSummary>>
  readonly next?: string | null
  readonly reached?: ApiTime
}

/** The answer to a rerun: the new run, which is to be shown. */
export interface RerunJson extends RunsJson {
  readonly show_run_id: string
}

export const runsJsonSchema: z.ZodType<RunsJson> = z
  .object({
    when: apiTimeSchema,
    runs: z.record(z.string(), runJsonSchema),
    next: z.string().nullable().exactOptional(),
    reached: apiTimeSchema.exactOptional(),
  })
  .meta({ title: 'Runs' })

export const runSummariesJsonSchema: z.ZodType<RunSummariesJson> = z
  .object({
    when: apiTimeSchema,
    runs: z.record(z.string(), runSummarySchema),
    next: z.string().nullable().exactOptional(),
    reached: apiTimeSchema.exactOptional(),
  })
  .meta({ title: 'RunSummaries' })

export const rerunJsonSchema: z.ZodType<RerunJson> = z.object({
  when: apiTimeSchema,
  runs: z.record(z.string(), runJsonSchema),
  next: z.string().nullable().exactOptional(),
  show_run_id: z.string(),
})
