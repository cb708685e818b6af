import type { CivilDate } from '../time/index.ts'
import type { Calendar } from './calendar.ts'

/** The first date of the calendar after `date`; null where there is none. */
export function nextDate(calendar: Calendar, date: CivilDate): CivilDate | null {
  return calendar.onOrAfter(date + 1)
}

/** The last date of the calendar before `date`; null where there is none. */
export function prevDate(calendar: Calendar, date: CivilDate): CivilDate | null {
  return calendar.onOrBefore(date - 1)
}

/** The dates of the calendar in `[from, to)`, in order, one by one. */
export function* datesBetween(calendar: Calendar, from: CivilDate, to: CivilDate): Generator<CivilDate> {
  for (let date = calendar.onOrAfter(from); date !== null && date < to; date = calendar.onOrAfter(date + 1)) yield date
}

/** How many dates of the calendar there are in `[from, to)`; goes through them one by one, at worst 3.7 million. */
export function countDates(calendar: Calendar, from: CivilDate, to: CivilDate): number {
  let count = 0
  for (const _ of datesBetween(calendar, from, to)) count += 1
  return count
}

/**
 * The date of `calendar` that is `n` of its dates away from `date`, which need not be in it: for 1 the next date after `date`, for -1 the last before it, for 0
 * `date` itself, else the next. Null where there is none, and where the calendar says nothing of `date`.
 */
export function moveIn(calendar: Calendar, date: CivilDate, n: number): CivilDate | null {
  if (date < calendar.first || date >= calendar.end) return null
  if (n === 0) return calendar.onOrAfter(date)
  if (n > 0) {
    const before = calendar.onOrBefore(date)
    if (before !== null) return calendar.shift(before, n)
    const after = calendar.onOrAfter(date)
    return after === null ? null : calendar.shift(after, n - 1)
  }
  const after = calendar.onOrAfter(date)
  if (after !== null) return calendar.shift(after, n)
  const before = calendar.onOrBefore(date)
  return before === null ? null : calendar.shift(before, n + 1)
}
