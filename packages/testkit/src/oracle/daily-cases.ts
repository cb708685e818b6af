import { POLICIES } from './clock-table.ts'
import { type Daily, dailyDues, dailyJson } from './daily-rule.ts'
import type { Comparison } from './due.ts'
import { HOUR, MINUTE, SECOND } from './units.ts'
import type { OddWindow } from './window.ts'

const PLAIN = { calendar: 'all', calShift: 0, dateShift: 0 }
const SHIFTS = [
  PLAIN,
  { calendar: 'all', calShift: -1, dateShift: 2 },
  { calendar: 'Mon-Fri', calShift: 0, dateShift: 0 },
  { calendar: 'Mon-Fri', calShift: 2, dateShift: -1 },
  { calendar: 'Sat,Sun', calShift: -1, dateShift: 1 },
]

/** Every policy, with calendars and shifts, over the whole window; and windows that begin or end in the midst of it. */
export function* dailyCases({ table, transition, from, to, daytimes }: OddWindow): Generator<Comparison> {
  const { at, before, after } = transition
  const jump = Math.abs(after - before)
  for (const dst of POLICIES) {
    for (const [index, shift] of SHIFTS.entries()) {
      const daily: Daily = { ...shift, daytimes, dst }
      const schedule = dailyJson(daily)
      yield { schedule, from, to, expected: dailyDues(table, daily, from, to), everywhere: index === 0 }
      if (index > 0) continue
      for (const cut of [at - 1, at, at + 20 * MINUTE, at + jump, at + HOUR + 30 * MINUTE]) {
        yield { schedule, from: cut, to, expected: dailyDues(table, daily, cut, to), everywhere: false }
        yield { schedule, from, to: cut, expected: dailyDues(table, daily, from, cut), everywhere: false }
      }
    }
  }
  const moved: Daily = { ...PLAIN, daytimes, dst: { gap: 'next', fold: 'both' } }
  for (const timeShift of [-90 * MINUTE, 45 * MINUTE]) {
    yield {
      schedule: { ...dailyJson(moved), time_shift: timeShift / SECOND },
      from,
      to,
      // The args are those of the time that was moved.
      expected: dailyDues(table, moved, from - timeShift, to - timeShift).map(({ due, args }) => ({
        due: due + timeShift,
        args,
      })),
      everywhere: false,
    }
  }
}
