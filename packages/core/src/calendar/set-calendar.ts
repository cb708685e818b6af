import type { CivilDate } from '../time/index.ts'
import type { Calendar } from './calendar.ts'
import { type DaySet, keptDays } from './day-set.ts'
import { countDays, firstDayFrom, hasDay, lastDayTo, newYear, yearOf } from './year-days.ts'

const YEARS = 10_000

/** How a calendar is called, and what its file says. */
export interface CalendarTitle {
  readonly name: string
  readonly label: string
  readonly source: () => string | null
}

/**
 * The calendar of a set of dates. For each year it keeps how many dates there are (20 kB once it was searched), so that a search over years without any, at worst
 * 10,000 of them, makes each year once and later only looks at its count;
 * one that found nothing is not made again.
 */
export function calendarOf(title: CalendarTitle, set: DaySet): Calendar {
  const { first, end } = set
  let counts: Int16Array | null = null
  // Where searches that found nothing began: there is nothing beyond.
  let noneFrom = end
  let noneTo = first - 1
  const firstYear = yearOf(first)
  const lastYear = yearOf(end - 1)

  const countOf = (year: number): number => {
    counts ??= new Int16Array(YEARS).fill(-1)
    const known = counts[year] ?? 0
    if (known >= 0) return known
    const count = countDays(set.days(year))
    counts[year] = count
    return count
  }
  const contains = (date: CivilDate): boolean => {
    if (date < first || date >= end) return false
    const year = yearOf(date)
    return hasDay(set.days(year), date - newYear(year))
  }
  const onOrAfter = (date: CivilDate): CivilDate | null => {
    const from = Math.max(date, first)
    if (from >= noneFrom) return null
    for (let year = yearOf(from); year <= lastYear; year++) {
      const day = countOf(year) === 0 ? -1 : firstDayFrom(set.days(year), from - newYear(year))
      if (day >= 0) return newYear(year) + day
    }
    noneFrom = from
    return null
  }
  const onOrBefore = (date: CivilDate): CivilDate | null => {
    const to = Math.min(date, end - 1)
    if (to <= noneTo) return null
    for (let year = yearOf(to); year >= firstYear; year--) {
      const day = countOf(year) === 0 ? -1 : lastDayTo(set.days(year), to - newYear(year))
      if (day >= 0) return newYear(year) + day
    }
    noneTo = to
    return null
  }
  const shift = (date: CivilDate, n: number): CivilDate | null => {
    // Farther than there are days.
    if (!contains(date) || n >= end - date || -n > date - first) return null
    const step = n < 0 ? -1 : 1
    let left = Math.abs(n)
    let year = yearOf(date)
    // Dates of the year that are passed on the way out of it.
    const inYear = (from: CivilDate): number => {
      const day = from - newYear(year)
      const days = set.days(year)
      let passed = 0
      if (step > 0) for (let at = firstDayFrom(days, day + 1); at >= 0; at = firstDayFrom(days, at + 1)) passed += 1
      else for (let at = lastDayTo(days, day - 1); at >= 0; at = lastDayTo(days, at - 1)) passed += 1
      return passed
    }
    const ahead = inYear(date)
    let at: CivilDate = date
    if (left > ahead) {
      left -= ahead + 1
      year += step
      while (year >= firstYear && year <= lastYear && left >= countOf(year)) {
        left -= countOf(year)
        year += step
      }
      if (year < firstYear || year > lastYear) return null
      const edge = step > 0 ? onOrAfter(newYear(year)) : onOrBefore(newYear(year + 1) - 1)
      if (edge === null) return null
      at = edge
    }
    for (; left > 0; left--) {
      const next = step > 0 ? onOrAfter(at + 1) : onOrBefore(at - 1)
      if (next === null) return null
      at = next
    }
    return at
  }
  return {
    name: title.name,
    label: title.label,
    get source() {
      return title.source()
    },
    first,
    end,
    contains,
    onOrAfter,
    onOrBefore,
    shift,
  }
}

/** A calendar that nobody sees, to search a set with. */
export function anonymous(set: DaySet): Calendar {
  return calendarOf({ name: '', label: '', source: () => null }, keptDays(set))
}
