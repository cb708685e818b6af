import type { Condition, RunsFact } from '../kind/index.ts'
import { FINISHED, type State } from '../run/state.ts'
import type { Args, BoundCondition } from '../run/run.ts'
import type { BindScope } from '../template/index.ts'
import type { Job } from '../job/job.ts'
import type { Instance } from './instance.ts'
import type { JobSet } from './jobs.ts'

/** What a condition of a run waits for. */
export interface Wait {
  /** Of the condition in the job. */
  readonly index: number
  readonly on: Instance
  /** Whether that must have started at least: two runs that wait for each other so wait for ever. */
  readonly started: boolean
}

/** The runs that a run of a job waits for; those conditions that cannot be bound with these args are left out. */
export function waitsOf(set: JobSet, job: Job, args: Args): readonly Wait[] {
  return boundConditions(set, job, args).flatMap(({ index, condition }) => {
    const when = holdsWhen(condition)
    if (when.none || when.states.size === 0) return []
    const started = !when.states.has('scheduled') && !when.states.has('waiting')
    return condition.needs.map((on) => ({ index, on, started }))
  })
}

/** The conditions of a job that hold for no run whatever, by index; only such as do not depend on args. */
export function neverHolding(set: JobSet, job: Job, args: Args): readonly number[] {
  return boundConditions(set, job, args)
    .filter(({ index, condition }) => {
      const { none, states } = holdsWhen(condition)
      return !none && states.size === 0 && !JSON.stringify(job.conditions[index]?.json ?? null).includes('{{')
    })
    .map(({ index }) => index)
}

function boundConditions(
  set: JobSet,
  job: Job,
  args: Args,
): readonly { readonly index: number; readonly condition: Condition }[] {
  const scope: BindScope = { runId: 'r0', jobId: job.id, args, environment: job.environment }
  return job.conditions.flatMap((spec, index) => {
    const bound = spec.bind(scope, set.paramsOf)
    const condition = bound.ok && bound.value !== null ? revive(set, bound.value) : null
    return condition === null ? [] : [{ index, condition }]
  })
}

function revive({ conditions }: JobSet, bound: BoundCondition): Condition | null {
  return conditions.find(({ type }) => type === bound.type)?.revive(bound) ?? null
}

// A run is `new` for a moment only: nothing can be waited for there.
const LASTING: readonly State[] = ['scheduled', 'waiting', 'starting', 'running', 'stopping', ...FINISHED]

/** Whether a condition holds where there is no run, and the states of a run in which it does. */
function holdsWhen(condition: Condition): { readonly none: boolean; readonly states: ReadonlySet<State> } {
  const holds = (fact: RunsFact): boolean => condition.evaluate(condition.needs.map(() => fact)).type === 'ready'
  return {
    none: holds(factOf(null)),
    states: new Set(LASTING.filter((state) => holds(factOf(state)))),
  }
}

/** One run in this state; null: no run. */
function factOf(state: State | null): RunsFact {
  return { count: (asked) => (asked === state ? 1 : 0), first: (asked) => (asked === state ? 'r1' : null) }
}
