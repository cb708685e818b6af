import { POLICIES } from './clock-table.ts'
import { type Bound, type DailyInterval, dailyIntervalDues, dailyIntervalJson } from './daily-interval-rule.ts'
import type { Comparison } from './due.ts'
import { DAY, HOUR, MINUTE, SECOND } from './units.ts'
import type { OddWindow } from './window.ts'

/** Every policy, with bounds before, in and after what clocks skip or repeat. */
export function* dailyIntervalCases({ table, transition, from, to }: OddWindow): Generator<Comparison> {
  const { at, before, after } = transition
  const [low, high] = [at + Math.min(before, after), at + Math.max(before, after)]
  const [third, middle] = [low + round((high - low) / 3), low + round((high - low) / 2)]
  const rules: Omit<DailyInterval, 'dst'>[] = [
    { calendar: 'all', ...between(low - HOUR, high + HOUR), interval: 20 * MINUTE },
    { calendar: 'all', ...between(third, high + HOUR), interval: 17 * MINUTE },
    { calendar: 'all', ...between(low - HOUR, middle), interval: 13 * MINUTE + SECOND },
    { calendar: 'all', ...between(third, middle), interval: 5 * MINUTE },
    { calendar: 'all', ...between(low, high), interval: 10 * MINUTE },
    { calendar: 'Mon-Fri', start: bound(third, -1, 1), stop: bound(middle, -1, 1), interval: MINUTE },
  ]
  // Longer than a day, so that dates overlap. What begins before the table, or ends after it, is not known to it.
  const overlapping = { calendar: 'all', start: bound(third, -1), stop: bound(middle, 0), interval: HOUR }
  for (const dst of POLICIES) {
    for (const [index, rule] of rules.entries()) {
      const one = { ...rule, dst }
      const schedule = dailyIntervalJson(one)
      yield { schedule, from, to, expected: dailyIntervalDues(table, one, from, to), everywhere: index < 2 }
      const cut = at + 25 * MINUTE
      yield { schedule, from: cut, to, expected: dailyIntervalDues(table, one, cut, to), everywhere: false }
    }
    const one = { ...overlapping, dst }
    const inner = { from: from + 27 * HOUR, to: to - 27 * HOUR }
    const expected = dailyIntervalDues(table, one, inner.from, inner.to)
    yield { schedule: dailyIntervalJson(one), ...inner, expected, everywhere: false }
  }
}

// From one reading to the next time that clocks show the daytime of another.
function between(begin: number, end: number): { readonly start: Bound; readonly stop: Bound } {
  return { start: bound(begin, 0), stop: bound(end, Math.floor(end / DAY) - Math.floor(begin / DAY)) }
}

function bound(reading: number, dateShift: number, calShift = 0): Bound {
  return { daytime: ((reading % DAY) + DAY) % DAY, dateShift, calShift }
}

function round(length: number): number {
  return Math.floor(length / SECOND) * SECOND
}
