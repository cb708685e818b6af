import { type CivilDate, LAST_DATE } from '../time/index.ts'
import type { Calendar } from './calendar.ts'
import { bounds, type DaySet } from './day-set.ts'
import { moveIn } from './moving.ts'
import { addDay, emptyYear, newYear, NO_YEAR_DAYS, type YearDays, yearLength } from './year-days.ts'

/**
 * Every date of `calendar` moved by `n` dates of `dates`, as `moveIn` does; dates that cannot be moved so far are left out. A year costs a few
 * searches for each date that `dates` has in it, however many dates are moved.
 */
export function datesLater(calendar: Calendar, dates: Calendar, n: number): DaySet {
  const from = Math.max(calendar.first, dates.first)
  const last = Math.min(calendar.end, dates.end) - 1
  if (last < from) return { ...bounds(from, from), days: () => NO_YEAR_DAYS }
  const range = bounds(moveIn(dates, from, n) ?? dates.first, (moveIn(dates, last, n) ?? dates.end - 1) + 1)
  const days = (year: number): YearDays => {
    const found = emptyYear()
    const start = newYear(year)
    const end = Math.min(start + yearLength(year), dates.end)
    let origin: Span | null = null
    let moved: CivilDate = dates.first - 1
    for (let date = dates.onOrAfter(start); date !== null && date < end; date = dates.onOrAfter(date + 1)) {
      origin =
        origin === null ? origins(dates, date, n) : { first: origin.end, end: originsEnd(dates, date, n, origin.end) }
      if (origin === null) continue
      if (moved < origin.first) moved = calendar.onOrAfter(origin.first) ?? LAST_DATE + 1
      if (moved >= origin.first && moved < origin.end) addDay(found, date - start)
    }
    return found
  }
  return { ...range, days }
}

interface Span {
  readonly first: CivilDate
  readonly end: CivilDate
}

// The dates that `moveIn` moves to `date`; null where there are none.
function origins(dates: Calendar, date: CivilDate, n: number): Span | null {
  if (n > 0) {
    const end = dates.shift(date, 1 - n)
    return end === null ? null : { first: dates.shift(date, -n) ?? dates.first, end }
  }
  if (n === 0) return { first: (dates.onOrBefore(date - 1) ?? dates.first - 1) + 1, end: date + 1 }
  const before = dates.shift(date, -n - 1)
  return before === null ? null : { first: before + 1, end: (dates.shift(date, -n) ?? dates.end - 1) + 1 }
}

// Where they end, given where those of the date before end: between two dates there is no gap in what is moved to them.
function originsEnd(dates: Calendar, date: CivilDate, n: number, end: CivilDate): CivilDate {
  if (n === 0) return date + 1
  if (n > 0) return dates.onOrAfter(end + 1) ?? end
  return (dates.onOrAfter(end) ?? dates.end - 1) + 1
}
