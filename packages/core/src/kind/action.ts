import type { JsonObject } from '../json/index.ts'
import type { Args, RunId } from '../run/run.ts'
import type { State } from '../run/state.ts'
import type { Expanded } from '../template/scope.ts'

/** What an action knows of the run that triggers it. */
export interface ActionSnapshot {
  readonly runId: RunId
  readonly jobId: string
  readonly args: Args
  readonly state: State
}

/** What an action wants done. */
export type ActionEffect = { readonly type: 'schedule'; readonly jobId: string; readonly args: Args }

/** An action as parsed from a job. Pure. */
export interface ActionSpec {
  readonly type: string
  readonly json: JsonObject
  readonly str: string
  /** Whether it fires for a run that has just finished in (or was marked to) this state. */
  applies(snapshot: ActionSnapshot): boolean
  plan(
    snapshot: ActionSnapshot,
    paramsOf: (jobId: string) => readonly string[] | null,
  ): Expanded<readonly ActionEffect[]>
}
