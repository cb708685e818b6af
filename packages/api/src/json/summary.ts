import type { JsonObject } from '@apsis/core/json'
import {
  type Args,
  type BoundCondition,
  type Held,
  type Origin,
  type Run,
  type State,
  STATES,
  type Times,
} from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import { z } from 'zod'
import { type ApiTime, apiTimeSchema, formatTime } from './time.ts'

/** Names of the times of a run: each state entered (latest), the intended time, and the scheduled stop. */
export type RunTimes = Readonly<Partial<Record<State | 'schedule' | 'stop', ApiTime>>>

/** A coming run that is held: it does not begin until it is released. */
export interface HeldJson {
  readonly since: ApiTime
  /** When it is released by itself; null: when a user does, or the pause that holds it ends. */
  readonly until: ApiTime | null
  readonly reason: string | null
  /** Whether its time has come meanwhile. */
  readonly due: boolean
  /** Id of the pause that holds it; null: a user does. */
  readonly pause_id: string | null
}

/** What a run is, in few words (spec/apsis.md 6.8); `version`, `message`, `because`, `elapsed`, `made_by`, `unreachable_since`, `held` are ours. */
export interface RunSummary {
  readonly run_id: string
  readonly job_id: string
  readonly args: Args
  readonly state: State
  readonly times: RunTimes
  readonly labels: readonly string[]
  /** Count of changes of the run: of two summaries of one run, the one with the higher is newer. */
  readonly version: number
  /** Present when a schedule made the run and it is still to come. */
  readonly expected?: true
  /** What made the run, where no schedule did. */
  readonly made_by?: Exclude<Origin['type'], 'schedule'>
  /** Job and args of each dependency condition, where there are any. */
  readonly dependencies?: readonly (readonly [string, Args])[]
  /** Of a finished run: why it ended so. */
  readonly message?: string
  /** Of a waiting run, or a starting one that no agent has taken yet: what it waits for. */
  readonly because?: string
  /** Of a finished run that ran: seconds. */
  readonly elapsed?: number
  /** Of a live run whose agent is not in contact: since when. */
  readonly unreachable_since?: ApiTime
  /** Of a scheduled run that is held. */
  readonly held?: HeldJson
}

/** The summary of a run. */
export function runSummary(run: Run): RunSummary {
  return {
    run_id: run.id,
    job_id: run.jobId,
    args: run.args,
    state: run.state,
    times: timesJson(run.times),
    labels: run.labels,
    version: run.version,
    ...(isExpected(run) ? { expected: true } : {}),
    ...(run.origin.type === 'schedule' ? {} : { made_by: run.origin.type }),
    ...dependenciesOf(run),
    ...extras(run),
  }
}

/** Whether the run is one that a schedule made and that is still to come. */
export function isExpected(run: Run): boolean {
  return run.origin.type === 'schedule' && (run.state === 'new' || run.state === 'scheduled')
}

function timesJson(times: Times): RunTimes {
  const entries = Object.entries<Instant | undefined>(times)
  return Object.fromEntries(entries.flatMap(([name, at]) => (at === undefined ? [] : [[name, formatTime(at)]])))
}

function dependenciesOf(run: Run): Pick<RunSummary, 'dependencies'> {
  const conditions = 'bound' in run && run.bound !== null ? run.bound.conditions : []
  const dependencies = conditions.flatMap((condition) => {
    const dependency = dependencyOf(condition)
    return dependency === null ? [] : [dependency]
  })
  return dependencies.length === 0 ? {} : { dependencies }
}

/** Job and args that a bound condition depends on; null when it is not a dependency. */
export function dependencyOf(condition: BoundCondition): readonly [string, Args] | null {
  const { job_id: jobId, args } = condition.spec
  if (condition.type !== 'dependency' || typeof jobId !== 'string') return null
  return [
    jobId,
    isObject(args)
      ? Object.fromEntries(
          Object.entries(args).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        )
      : {},
  ]
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function extras(run: Run): Pick<RunSummary, 'message' | 'because' | 'elapsed' | 'unreachable_since' | 'held'> {
  switch (run.state) {
    case 'new':
      return {}
    case 'starting':
      return agentAwaited(run)
    case 'scheduled':
      return run.held === null ? {} : { held: heldJson(run.held) }
    case 'waiting':
      return run.waitingFor === null ? {} : { because: run.waitingFor.because }
    case 'running':
    case 'stopping':
      return run.unreachableSince === null ? {} : { unreachable_since: formatTime(run.unreachableSince) }
    case 'success':
    case 'failure':
    case 'error':
    case 'skipped':
      return {
        ...(run.message === null ? {} : { message: run.message }),
        ...(run.elapsed === null ? {} : { elapsed: run.elapsed }),
      }
  }
}

// Where there is one, it is chosen at once: whoever looks sees this only while there is none.
function agentAwaited({ handle, bound }: Extract<Run, { readonly state: 'starting' }>): Pick<RunSummary, 'because'> {
  if (handle.on !== 'agent' || handle.agent !== null) return {}
  const group = bound.program.spec['group_id']
  return { because: `for an agent${typeof group === 'string' ? ` in group ${group}` : ''}: none takes it yet` }
}

function heldJson({ since, until, reason, due, pause }: Held): HeldJson {
  return {
    since: formatTime(since),
    until: until === null ? null : formatTime(until),
    reason,
    due,
    pause_id: pause,
  }
}

export const stateSchema: z.ZodType<State> = z.enum(STATES)
export const argsSchema: z.ZodType<Args> = z.record(z.string(), z.string())

const heldSchema: z.ZodType<HeldJson> = z.object({
  since: apiTimeSchema,
  until: apiTimeSchema.nullable(),
  reason: z.string().nullable(),
  due: z.boolean(),
  pause_id: z.string().nullable(),
})

export const runSummarySchema: z.ZodType<RunSummary> = z
  .object({
    run_id: z.string(),
    job_id: z.string(),
    args: argsSchema,
    state: stateSchema,
    times: z.partialRecord(z.enum([...STATES, 'schedule', 'stop']), apiTimeSchema),
    labels: z.array(z.string()),
    version: z.int(),
    expected: z.literal(true).exactOptional(),
    made_by: z.enum(['request', 'rerun', 'action', 'backfill', 'import']).exactOptional(),
    dependencies: z.array(z.tuple([z.string(), argsSchema])).exactOptional(),
    message: z.string().exactOptional(),
    because: z.string().exactOptional(),
    elapsed: z.number().exactOptional(),
    unreachable_since: apiTimeSchema.exactOptional(),
    held: heldSchema.exactOptional(),
  })
  .meta({ title: 'RunSummary' })
