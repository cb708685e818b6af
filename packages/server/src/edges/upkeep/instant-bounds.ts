import type { RetentionRule } from '@apsis/core/config'
import { FINISHED } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { Verdict } from '@apsis/store/port'

/** How long decided instants without a run are kept. */
export interface InstantBound {
  readonly verdicts: readonly Verdict[]
  readonly age: Duration | null
  readonly count: number | null
}

/**
 * How long the decided instants of a job that have no run are kept, by the rules that count for it. Those that came to nothing go as runs that were skipped.
 * Of the others it is not known how their runs ended, if they ever did: they go as the runs that are kept longest, and stay where some are kept for ever.
 */
export function instantBounds(rules: readonly RetentionRule[]): readonly InstantBound[] {
  const skipped = rules.find(({ states }) => states.includes('skipped'))
  const bounds: InstantBound[] = []
  if (skipped !== undefined && (skipped.age !== null || skipped.count !== null)) {
    bounds.push({ verdicts: ['skipped', 'missed'], age: skipped.age, count: skipped.count })
  }
  const ofState = FINISHED.map((state) => rules.find(({ states }) => states.includes(state)))
  const ages = ofState.flatMap((rule) => rule?.age ?? [])
  const counts = ofState.flatMap((rule) => rule?.count ?? [])
  const others = { verdicts: ['started', 'held', 'superseded'] as const }
  if (ages.length === FINISHED.length) bounds.push({ ...others, age: Math.max(...ages), count: null })
  else if (counts.length === FINISHED.length) {
    bounds.push({ ...others, age: null, count: counts.reduce((sum, count) => sum + count, 0) })
  }
  return bounds
}
