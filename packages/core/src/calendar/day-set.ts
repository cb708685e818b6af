import { type CivilDate, FIRST_DATE, LAST_DATE } from '../time/index.ts'
import type { Calendar } from './calendar.ts'
import { addDay, daysBetween, emptyYear, newYear, NO_YEAR_DAYS, type YearDays, yearLength } from './year-days.ts'

/** A set of dates, told year by year: what calendars are made of, since a year of one is combined with another's in 12 operations. */
export interface DaySet {
  /** The dates of which the set can say anything: [first, end). It has none outside. */
  readonly first: CivilDate
  readonly end: CivilDate
  /** Its days in a year, 1 to 9999. */
  days(year: number): YearDays
}

/** Bounds in which there is no date. */
export interface Bounds {
  readonly first: CivilDate
  readonly end: CivilDate
}

/** Bounds kept within the years 1 to 9999, the end not before the start. */
export function bounds(first: CivilDate, end: CivilDate): Bounds {
  const start = Math.min(Math.max(first, FIRST_DATE), LAST_DATE + 1)
  return { first: start, end: Math.min(Math.max(end, start), LAST_DATE + 1) }
}

/** The days of a year without those outside of some bounds. */
export function within(days: YearDays, year: number, { first, end }: Bounds): YearDays {
  const start = newYear(year)
  const length = yearLength(year)
  if (start >= first && start + length <= end) return days
  if (start >= end || start + length <= first) return NO_YEAR_DAYS
  const inside = daysBetween(first - start, Math.min(end - start, length))
  return days.map((word, index) => word & (inside[index] ?? 0))
}

/** Years whose days are kept; when there are more, all are forgotten, and made again as they are asked for. */
const KEPT_YEARS = 128

/** The same set, that keeps the days of up to 128 years (about 20 kB). */
export function keptDays(set: DaySet): DaySet {
  const kept = new Map<number, YearDays>()
  const days = (year: number): YearDays => {
    const known = kept.get(year)
    if (known !== undefined) return known
    const made = set.days(year)
    if (kept.size >= KEPT_YEARS) kept.clear()
    kept.set(year, made)
    return made
  }
  return { first: set.first, end: set.end, days }
}

/** The dates of a list, inside of bounds in which they are. */
export function listedDays(range: Bounds, dates: readonly CivilDate[], yearOf: (date: CivilDate) => number): DaySet {
  const years = new Map<number, YearDays>()
  for (const date of dates) {
    const year = yearOf(date)
    const days = years.get(year) ?? emptyYear()
    addDay(days, date - newYear(year))
    years.set(year, days)
  }
  return { ...range, days: (year) => years.get(year) ?? NO_YEAR_DAYS }
}

/** The days of a calendar that depend on nothing but the weekday; asks it for one year of each of the 14 sorts of years. */
export function weekdaySet(calendar: Calendar): DaySet {
  const sorts = new Map<number, YearDays>()
  const days = (year: number): YearDays => {
    const start = newYear(year)
    const length = yearLength(year)
    const sort = (((start % 7) + 7) % 7) + (length === 366 ? 7 : 0)
    const known = sorts.get(sort)
    if (known !== undefined) return known
    const found = emptyYear()
    for (let day = 0; day < length; day++) if (calendar.contains(start + day)) addDay(found, day)
    sorts.set(sort, found)
    return found
  }
  return { first: calendar.first, end: calendar.end, days }
}
