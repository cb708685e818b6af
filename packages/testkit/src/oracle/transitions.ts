import type { Clock } from './clock.ts'
import { DAY, SECOND } from './units.ts'

/** The first instant at which clocks are at another distance from UTC than a second before, and both distances. Ms. */
export interface Transition {
  readonly at: number
  readonly before: number
  readonly after: number
}

/**
 * The transitions in (from, to], found by looking once a day and halving the day down to the second. Two that undo each other
 * within a day would be missed: no zone has had such.
 */
export function findTransitions(clock: Clock, from: number, to: number): Transition[] {
  const offset = (instant: number): number => clock(instant) - instant
  const found: Transition[] = []
  let before = offset(from)
  for (let day = from; day < to; ) {
    const next = Math.min(day + DAY, to)
    const after = offset(next)
    if (after === before) {
      day = next
      continue
    }
    let [low, high] = [day, next]
    while (high - low > SECOND) {
      const middle = low + Math.floor((high - low) / 2 / SECOND) * SECOND
      if (offset(middle) === before) low = middle
      else high = middle
    }
    const reached = offset(high)
    found.push({ at: high, before, after: reached })
    // A second change in the same day is looked for from here.
    day = high
    before = reached
  }
  return found
}
