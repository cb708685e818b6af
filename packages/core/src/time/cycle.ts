import { civilDate, isLeapYear, weekdayOf, yearMonthDay } from './date.ts'
import { DAY } from './unit.ts'

/**
 * Zone tables end with the year 2128. From 2101 to 2128 every sort of year (leap or not, by first weekday) occurs, and the rules of
 * a zone depend on nothing else that far ahead; so any later year has its like among these 28.
 */
const CYCLE_START = 2101
const CYCLE_END = 2129

/** The first millisecond (UTC or local) that is looked up in an earlier year. */
export const TABLE_END: number = civilDate(CYCLE_END, 1, 1) * DAY

const LIKES: ReadonlyMap<number, number> = new Map(
  Array.from({ length: CYCLE_END - CYCLE_START }, (_, index) => [sort(CYCLE_START + index), CYCLE_START + index]),
)

/** Milliseconds between a moment of some year and the same moment of the year that stands for it; 0 before `TABLE_END`. */
export function yearShift(ms: number): number {
  if (ms < TABLE_END) return 0
  const { year } = yearMonthDay(Math.floor(ms / DAY))
  return (civilDate(year, 1, 1) - civilDate(LIKES.get(sort(year)) ?? CYCLE_START, 1, 1)) * DAY
}

/** The first millisecond of the year after that of `ms`. */
export function yearEnd(ms: number): number {
  return civilDate(yearMonthDay(Math.floor(ms / DAY)).year + 1, 1, 1) * DAY
}

function sort(year: number): number {
  return weekdayOf(civilDate(year, 1, 1)) + (isLeapYear(year) ? 7 : 0)
}
