import type { JsonObject } from '@apsis/core/json'
import type { Job } from '@apsis/core/job'
import type { Origin, Run } from '@apsis/core/run'
import { z } from 'zod'
import { jsonObjectSchema } from './json.ts'
import { type RunSummary, runSummary, runSummarySchema } from './summary.ts'

/** A run in full (spec/apsis.md 6.8): each of conditions, actions and program with its `str`. */
export interface RunJson extends RunSummary {
  readonly conds: readonly JsonObject[]
  readonly actions: readonly JsonObject[]
  /** Null when the run ended before its program could be made. */
  readonly program: JsonObject | null
  /** `job.labels`, `program` (what the program says of itself), and `elapsed` in seconds of a run that ran. */
  readonly meta: JsonObject
  /** Where the run comes from: `type` is `schedule`, `request`, `rerun`, `action` or `backfill`; `run_id` the run that led to it, `backfill_id` the backfill. Ours. */
  readonly origin: JsonObject
  /** Runs that were made as reruns of it, oldest first: where the run alone is asked for. Ours. */
  readonly reruns?: readonly string[]
  /** Hash of the definition of its job that it ran, once it is bound. Ours. */
  readonly definition?: string
  /** Proc id and connection id of what it holds, or held, on an agent. Ours. */
  readonly proc?: { readonly proc_id: string; readonly conn_id: string | null }
}

/** What a run in full is made from, besides the run. */
export interface RunContext {
  /** Metadata of its program; null when there is none. */
  readonly meta: JsonObject | null
  /** The job as it is now, or as the run pinned it; null when it is no longer known. */
  readonly job: Job | null
}

/** The full form of a run. Before it is bound, program and conditions are those of its job, templates not expanded. */
export function runJson(run: Run, context: RunContext): RunJson {
  const { meta, job } = context
  const bound = 'bound' in run ? run.bound : null
  const unbound = 'bound' in run ? null : job
  const program = bound?.program ?? null
  return {
    ...runSummary(run),
    conds: (bound?.conditions ?? []).map(specJson).concat((unbound?.conditions ?? []).map(described)),
    actions: (job?.actions ?? []).map(described),
    program: program !== null ? specJson(program) : unbound !== null ? described(unbound.program) : null,
    meta: runMeta(run, meta),
    origin: originJson(run.origin),
    ...(bound === null ? {} : { definition: bound.definition }),
    ...proc(run),
  }
}

/** The metadata of a run, with what its program says of itself. */
export function runMeta(run: Run, program: JsonObject | null): JsonObject {
  const elapsed = 'elapsed' in run ? run.elapsed : null
  return {
    job: { labels: run.labels },
    ...(program === null ? {} : { program }),
    ...(elapsed === null ? {} : { elapsed }),
  }
}

/** A thing of a job as JSON, with the text that describes it. */
export function described(thing: { readonly json: JsonObject; readonly str: string }): JsonObject {
  return { ...thing.json, str: thing.str }
}

function specJson(thing: { readonly type: string; readonly spec: JsonObject; readonly str: string }): JsonObject {
  return { type: thing.type, ...thing.spec, str: thing.str }
}

function originJson(origin: Origin): JsonObject {
  switch (origin.type) {
    case 'schedule':
    case 'request':
    case 'import':
      return { type: origin.type }
    case 'rerun':
    case 'action':
      return { type: origin.type, run_id: origin.of }
    case 'backfill':
      return { type: origin.type, backfill_id: origin.backfill }
  }
}

function proc(run: Run): Pick<RunJson, 'proc'> {
  if (!('handle' in run) || run.handle === null || run.handle.on !== 'agent') return {}
  return { proc: { proc_id: run.handle.id, conn_id: run.handle.agent } }
}

export const runJsonSchema: z.ZodType<RunJson> = z
  .intersection(
    runSummarySchema,
    z.object({
      conds: z.array(jsonObjectSchema),
      actions: z.array(jsonObjectSchema),
      program: jsonObjectSchema.nullable(),
      meta: jsonObjectSchema,
      origin: jsonObjectSchema,
      reruns: z.array(z.string()).exactOptional(),
      definition: z.string().exactOptional(),
      proc: z.object({ proc_id: z.string(), conn_id: z.string().nullable() }).exactOptional(),
    }),
  )
  .meta({ title: 'Run' })
