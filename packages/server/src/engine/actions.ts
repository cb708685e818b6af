import type { ActionEffect, ActionSpec } from '@apsis/core/kind'
import type { Run, State } from '@apsis/core/run'

/** Runs started by actions of runs started by actions …: beyond this depth a chain ends in an error (spec/decisions.md). */
export const MAX_ACTION_DEPTH = 100

/** What actions want after a run of it reached a state, and what went wrong with them. */
export interface PlannedActions {
  readonly effects: readonly ActionEffect[]
  readonly errors: readonly string[]
  /** Depth of the runs that follow. */
  readonly depth: number
}

/** Plans the actions for a run that has just reached `state`. Pure. */
export function planActions(
  run: Run,
  state: State,
  actions: readonly ActionSpec[],
  paramsOf: (jobId: string) => readonly string[] | null,
): PlannedActions {
  const depth = (run.origin.type === 'action' ? run.origin.depth : 0) + 1
  const effects: ActionEffect[] = []
  const errors: string[] = []
  const snapshot = { runId: run.id, jobId: run.jobId, args: run.args, state }
  for (const action of actions) {
    if (!action.applies(snapshot)) continue
    if (depth > MAX_ACTION_DEPTH) {
      errors.push(`action not carried out: ${MAX_ACTION_DEPTH} actions have followed each other`)
      continue
    }
    const planned = action.plan(snapshot, paramsOf)
    if (planned.ok) effects.push(...planned.value)
    else errors.push(planned.message)
  }
  return { effects, errors, depth }
}
