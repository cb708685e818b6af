import { sortedArgs } from '@apsis/core/job'
import type { RunsFact } from '@apsis/core/kind'
import type { Args, RunId, State } from '@apsis/core/run'
import type { Expanded } from '@apsis/core/template'

/**
 * The args of the runs that a condition looks at: each param of the target from `given`, else from the run's own args of the same name.
 * What is given beyond the params is left out.
 */
export function argsOfTarget(jobId: string, params: readonly string[] | null, given: Args, own: Args): Expanded<Args> {
  if (params === null) return { ok: false, message: `unknown job ID: ${jobId}` }
  const args: Record<string, string> = {}
  for (const param of params) {
    const value = Object.hasOwn(given, param) ? given[param] : Object.hasOwn(own, param) ? own[param] : undefined
    if (value === undefined) return { ok: false, message: `no value for param ${param} of job ${jobId}` }
    args[param] = value
  }
  return { ok: true, value: sortedArgs(args) }
}

/** A run in one of these states, in the order of the states; null when there is none. */
export function findIn(fact: RunsFact, states: readonly State[]): { readonly id: RunId; readonly state: State } | null {
  for (const state of states) {
    const id = fact.first(state)
    if (id !== null) return { id, state }
  }
  return null
}

/** What a condition knows of a job that never ran. */
export const NO_RUNS: RunsFact = { count: () => 0, first: () => null }
