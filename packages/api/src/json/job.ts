import type { Job } from '@apsis/core/job'
import type { Json, JsonObject } from '@apsis/core/json'
import type { Args } from '@apsis/core/run'
import { z } from 'zod'
import { jsonObjectSchema } from './json.ts'
import { described } from './run.ts'
import { dependencyOf } from './summary.ts'

/** The API form of a job (spec/apsis.md 8.3): its normal form, each thing with its `str`, and its conditions per schedule. */
export interface JobJson {
  readonly job_id: string
  readonly params: readonly string[]
  readonly schedule: readonly JsonObject[]
  readonly program: JsonObject
  readonly condition: readonly JsonObject[]
  readonly action: readonly JsonObject[]
  /** Conditions that are the same for every schedule. */
  readonly common_conditions: readonly JsonObject[]
  /** The others, by schedule. */
  readonly resolved_conditions: readonly {
    readonly schedule_args: Args
    readonly conditions: readonly JsonObject[]
  }[]
  readonly metadata: JsonObject
  readonly ad_hoc: boolean
  /** Changes when, and only when, the definition does. Ours. */
  readonly hash: string
}

/** The params of a job; null when there is no such job. */
export type ParamsOf = (jobId: string) => readonly string[] | null

/** The API form of a job. */
export function jobJson(job: Job, paramsOf: ParamsOf): JobJson {
  const resolved = job.schedules.map((schedule) => ({
    schedule_args: schedule.args,
    conditions: job.conditions.flatMap((condition) => resolve(job, condition, schedule.args, paramsOf)),
  }))
  const common = commonOf(resolved.map(({ conditions }) => conditions.map((condition) => JSON.stringify(condition))))
  const isCommon = (condition: JsonObject): boolean => common.has(JSON.stringify(condition))
  return {
    job_id: job.id,
    params: job.params,
    schedule: job.schedules.map((schedule, index) => ({
      ...scheduleForm(job, index, schedule.schedule.json),
      enabled: schedule.enabled,
      str: schedule.schedule.str,
    })),
    program: described(job.program),
    condition: job.conditions.map(described),
    action: job.actions.map(described),
    common_conditions: (resolved[0]?.conditions ?? []).filter(isCommon),
    resolved_conditions: resolved.map(({ schedule_args, conditions }) => ({
      schedule_args,
      conditions: conditions.filter((condition) => !isCommon(condition)),
    })),
    metadata: job.metadata,
    ad_hoc: job.adHoc,
    hash: job.hash,
  }
}

// The normal form has args and stop schedule as well, which the schedule alone has not.
function scheduleForm(job: Job, index: number, fallback: JsonObject): JsonObject {
  const schedules = job.json.schedule
  const form = Array.isArray(schedules) ? (schedules[index] as Json | undefined) : undefined
  return isObject(form) ? form : fallback
}

/** A condition for the runs of one schedule: params without a value stand as `{{ name }}`. Empty where it is disabled. */
function resolve(job: Job, condition: Job['conditions'][number], args: Args, paramsOf: ParamsOf): JsonObject[] {
  const scope = Object.fromEntries(job.params.map((name) => [name, args[name] ?? `{{ ${name} }}`]))
  const bound = condition.bind({ runId: 'r0', jobId: job.id, args: scope, environment: job.environment }, paramsOf)
  if (bound.ok && bound.value === null) return []
  const json = described(condition)
  if (condition.type !== 'dependency') return [json]
  const dependency = bound.ok && bound.value !== null ? dependencyOf(bound.value) : null
  if (dependency === null) return [{ ...json, resolved_job_id: null, resolved_args: {} }]
  return [{ ...json, resolved_job_id: dependency[0], resolved_args: knownFirst(dependency[1]) }]
}

function knownFirst(args: Args): Args {
  const open = (value: string): number => (value.includes('{{') ? 1 : 0)
  const entries = Object.entries(args)
  return Object.fromEntries(entries.sort(([a, x], [b, y]) => open(x) - open(y) || (a < b ? -1 : 1)))
}

function commonOf(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const [first = [], ...rest] = lists
  return new Set(first.filter((text) => rest.every((list) => list.includes(text))))
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const jobJsonSchema: z.ZodType<JobJson> = z
  .object({
    job_id: z.string(),
    params: z.array(z.string()),
    schedule: z.array(jsonObjectSchema),
    program: jsonObjectSchema,
    condition: z.array(jsonObjectSchema),
    action: z.array(jsonObjectSchema),
    common_conditions: z.array(jsonObjectSchema),
    resolved_conditions: z.array(
      z.object({ schedule_args: z.record(z.string(), z.string()), conditions: z.array(jsonObjectSchema) }),
    ),
    metadata: jsonObjectSchema,
    ad_hoc: z.boolean(),
    hash: z.string(),
  })
  .meta({ title: 'Job' })
