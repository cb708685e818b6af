import type { Args, RunId } from '../run/run.ts'

/**
 * A value made from templates, or the reason why it could not be. `at` is where in the template, where that is known; line and column
 * count from 1.
 */
export type Expanded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly at?: { readonly line: number; readonly column: number } }

/** What a template of an action can see: the args of the run that triggers it, and nothing else. */
export interface ArgsScope {
  readonly args: Args
}

/** What a template can see when a run is bound: the run's id and job, and its args (which may shadow the rest). */
export interface BindScope extends ArgsScope {
  readonly runId: RunId
  readonly jobId: string
}

export function isBindScope(scope: ArgsScope | BindScope): scope is BindScope {
  return 'runId' in scope
}
