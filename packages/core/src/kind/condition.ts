import type { JsonObject } from '../json/index.ts'
import type { ConditionOutcome } from '../run/input.ts'
import type { Args, BoundCondition, RunId } from '../run/run.ts'
import type { State } from '../run/state.ts'
import type { BindScope, Expanded } from '../template/scope.ts'

/** A condition as parsed from a job. */
export interface ConditionSpec {
  readonly type: string
  readonly json: JsonObject
  readonly str: string
  /** Null when the condition is disabled for this run. `paramsOf` gives the params of another job, null if unknown. */
  bind(scope: BindScope, paramsOf: (jobId: string) => readonly string[] | null): Expanded<BoundCondition | null>
}

/** Which runs a condition looks at: those of exactly this job and these args. */
export interface RunsQuery {
  readonly jobId: string
  readonly args: Args
}

/** The facts that answer a `RunsQuery`: shared by all that ask, never copied. The run that asks is not among them. */
export interface RunsFact {
  /** How many runs are in this unfinished state; of a finished state 1 when there is any, else 0. */
  count(state: State): number
  /** A run in this state: of unfinished ones the one that has been in it the longest. Null when there is none. */
  first(state: State): RunId | null
}

/** A bound condition made ready to be asked. Pure: `evaluate` is a function of the facts alone. */
export interface Condition {
  readonly needs: readonly RunsQuery[]
  /** `facts` in the order of `needs`. `waiting` outcomes carry the index 0; the engine puts the right one in. */
  evaluate(facts: readonly RunsFact[]): ConditionOutcome
}

/** What a kind of condition brings besides its spec. */
export interface ConditionKind {
  readonly type: string
  /** Other names by which a job file may call it (the existing Python class names). */
  readonly aliases: readonly string[]
  /**
   * Whether it must hold as the run starts, as a limit must, and not just when the run comes to it: it is asked again in the turn in which the last of
   * the run's conditions holds.
   */
  readonly atStart: boolean
  /** Takes a stored bound condition up; throws `TypeError` where the stored data is not of this kind (a bug or a damaged store). */
  revive(bound: BoundCondition): Condition
}
