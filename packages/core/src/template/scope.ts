import type { Environment } from './environment.ts'
import type { Args, RunId } from '../run/run.ts'

/** Where in a text: line and column count from 1; columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/**
 * A value made from templates, or the reason why it could not be. `at` is where in the template, where that is known; `field` which of
 * several templates, as a path of keys and indexes.
 */
export type Expanded<T> = { readonly ok: true; readonly value: T } | ExpandFailure

export interface ExpandFailure {
  readonly ok: false
  readonly message: string
  readonly at?: TextPosition
  readonly field?: readonly (string | number)[]
}

/** What a template of an action can see: the args of the run that triggers it, and nothing else. */
export interface ArgsScope {
  readonly args: Args
}

/** What a template can see when a run is bound: the run's id and job, and its args (which may shadow the rest). */
export interface BindScope extends ArgsScope {
  readonly runId: RunId
  readonly jobId: string
  /** `PLAIN_ENVIRONMENT` where not said. */
  readonly environment?: Environment
}

export function isBindScope(scope: ArgsScope | BindScope): scope is BindScope {
  return 'runId' in scope
}
