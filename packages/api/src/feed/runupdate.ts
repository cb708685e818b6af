import type { JsonObject } from '@apsis/core/json'
import { z } from 'zod'
import { jsonObjectSchema, type LogLine, logLineSchema, type RunSummary, runSummarySchema } from '../json/index.ts'

/** What is known of an output in a run update. */
export interface RunUpdateOutput {
  readonly name: string
  /** Bytes. */
  readonly length: number
  readonly content_type: string
}

/** A message of the socket of one run: what changed (spec/apsis.md 8.5). With `?init`, the first has everything. */
export interface RunUpdate {
  readonly run?: RunSummary
  /** Whole, as in the full run. */
  readonly meta?: JsonObject
  /** The whole log so far: only in the first message, with `?init`. */
  readonly run_log?: readonly LogLine[]
  readonly run_log_append?: LogLine
  readonly outputs?: Readonly<Record<string, RunUpdateOutput>>
}

export const runUpdateSchema: z.ZodType<RunUpdate> = z.object({
  run: runSummarySchema.exactOptional(),
  meta: jsonObjectSchema.exactOptional(),
  run_log: z.array(logLineSchema).exactOptional(),
  run_log_append: logLineSchema.exactOptional(),
  outputs: z
    .record(z.string(), z.object({ name: z.string(), length: z.int(), content_type: z.string() }))
    .exactOptional(),
})

/** Path of the socket of one run. */
export function runUpdatesPath(runId: string): string {
  return `/api/v1/runs/${encodeURIComponent(runId)}/updates`
}

/** Path of the socket of one output; `?start=N` sends what there is from byte N on, then what comes. */
export function outputUpdatesPath(runId: string, outputId: string): string {
  return `/api/v1/runs/${encodeURIComponent(runId)}/output/${encodeURIComponent(outputId)}/updates`
}
