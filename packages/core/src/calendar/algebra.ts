import { type Bounds, bounds, type DaySet, within } from './day-set.ts'
import {
  addDay,
  daysBetween,
  emptyYear,
  firstDayFrom,
  newYear,
  type YearDays,
  yearLength,
  yearOf,
} from './year-days.ts'

/** The dates of any of the sets; there must be one. Its bounds span theirs. */
export function unionOf(sets: readonly DaySet[]): DaySet {
  const range = bounds(Math.min(...sets.map(({ first }) => first)), Math.max(...sets.map(({ end }) => end)))
  return { ...range, days: combined(sets, (a, b) => a | b) }
}

/** The dates that all of the sets have; there must be one. It says something only where all of them do. */
export function intersectionOf(sets: readonly DaySet[]): DaySet {
  return { ...common(sets), days: combined(sets, (a, b) => a & b) }
}

/** The dates of the first set that none of the others has. It says something only where all of them do. */
export function differenceOf(sets: readonly DaySet[]): DaySet {
  const range = common(sets)
  const days = combined(sets, (a, b) => a & ~b)
  return { ...range, days: (year) => within(days(year), year, range) }
}

/** The dates that a set has not, inside its bounds. */
export function complementOf(set: DaySet): DaySet {
  const days = (year: number): YearDays => {
    const found = set.days(year)
    return within(daysBetween(0, yearLength(year)), year, set).map((word, index) => word & ~(found[index] ?? 0))
  }
  return { first: set.first, end: set.end, days }
}

/** Every date of a set moved by `n` days of the week and the weekend alike. */
export function daysLater(set: DaySet, n: number): DaySet {
  const days = (year: number): YearDays => {
    const moved = emptyYear()
    const start = newYear(year)
    const length = yearLength(year)
    const last = Math.min(yearOf(start + length - 1 - n), 9999)
    for (let from = Math.max(yearOf(start - n), 1); from <= last; from++) {
      const found = set.days(from)
      const offset = newYear(from) + n - start
      for (let day = firstDayFrom(found, -offset); day >= 0; day = firstDayFrom(found, day + 1)) {
        if (day + offset >= length) break
        addDay(moved, day + offset)
      }
    }
    return moved
  }
  return { ...bounds(set.first + n, set.end + n), days }
}

function common(sets: readonly DaySet[]): Bounds {
  return bounds(Math.max(...sets.map(({ first }) => first)), Math.min(...sets.map(({ end }) => end)))
}

function combined(sets: readonly DaySet[], operation: (a: number, b: number) => number): (year: number) => YearDays {
  return (year) => {
    const [result = emptyYear(), ...others] = sets.map((set) => set.days(year))
    const days = Uint32Array.from(result)
    for (const other of others) {
      for (let index = 0; index < days.length; index++) {
        days[index] = operation(days[index] ?? 0, other[index] ?? 0)
      }
    }
    return days
  }
}
