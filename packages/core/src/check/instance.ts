import { runText, sortedArgs } from '../job/args.ts'
import type { RunsQuery } from '../kind/index.ts'

/** A job with args: what a dependency waits for, whichever run of it there is. */
export type Instance = RunsQuery

/** Equal for equal instances, whatever the order of their args. */
export function instanceKey({ jobId, args }: Instance): string {
  return JSON.stringify([jobId, sortedArgs(args)])
}

/** `J(a=b)`; `J` alone without args. */
export function instanceText({ jobId, args }: Instance): string {
  return Object.keys(args).length === 0 ? jobId : runText(jobId, args)
}

/** Of a longer cycle the middle is left out. */
const MAX_SHOWN = 20

/** `a → b → a`, from a cycle without its repeated end. */
export function cycleText(cycle: readonly string[]): string {
  const left = cycle.length - MAX_SHOWN
  const half = MAX_SHOWN / 2
  const shown = left <= 0 ? cycle : [...cycle.slice(0, half), `(${left} more)`, ...cycle.slice(-half)]
  return [...shown, cycle[0] ?? ''].join(' → ')
}

/** A cycle begun at the first of its names in order, so that it reads the same wherever it was entered. */
export function turned<T>(cycle: readonly T[], name: (one: T) => string): readonly T[] {
  let first = 0
  for (const [index, one] of cycle.entries()) {
    const least = cycle[first]
    if (least !== undefined && name(one) < name(least)) first = index
  }
  return [...cycle.slice(first), ...cycle.slice(0, first)]
}
