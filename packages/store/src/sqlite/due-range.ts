import type { PagePlace } from '../row/index.ts'
import type { FilterValues } from './protocol.ts'
import type { Clause } from './run-filter.ts'

type Bounds = Pick<FilterValues, 'dueBefore' | 'dueAfter'>

/** The bounds of a filter on the schedule time. */
export function dueBounds({ dueBefore, dueAfter }: Bounds): readonly Clause[] {
  return [
    ...(dueBefore === null ? [] : [{ sql: 't_schedule < ?', values: [dueBefore] }]),
    ...(dueAfter === null ? [] : [{ sql: 't_schedule >= ?', values: [dueAfter] }]),
  ]
}

/**
 * What is left of the bounds of a filter after a place in the order by schedule time and run number, as ranges without a run in
 * common. Each has one lower and one upper bound at most, and both are of the index: with two, SQLite would begin at either one,
 * and walk through every page before; with the time and number compared as a pair, through all runs of one time.
 */
export function dueRanges(
  bounds: Bounds,
  descending: boolean,
  start: PagePlace | null,
): readonly (readonly Clause[])[] {
  if (start === null || start.due === null) {
    const within = dueBounds(bounds)
    return [within.length === 0 ? [{ sql: 't_schedule IS NOT NULL', values: [] }] : within]
  }
  const { number, due } = start
  const { dueBefore, dueAfter } = bounds
  const isWithin = (dueBefore === null || due < dueBefore) && (dueAfter === null || due >= dueAfter)
  const sameTime: Clause[] = [
    { sql: 't_schedule = ?', values: [due] },
    { sql: descending ? 'num < ?' : 'num > ?', values: [number] },
  ]
  const beyond: readonly Clause[] = descending
    ? dueBounds({ dueBefore: dueBefore === null ? due : Math.min(due, dueBefore), dueAfter })
    : dueAfter !== null && dueAfter > due
      ? dueBounds(bounds)
      : [{ sql: 't_schedule > ?', values: [due] }, ...dueBounds({ dueBefore, dueAfter: null })]
  return isWithin ? [sameTime, beyond] : [beyond]
}
