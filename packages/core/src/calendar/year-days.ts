import { type CivilDate, civilDate, isLeapYear, yearMonthDay } from '../time/index.ts'

/** Some days of a year: bit `d % 32` of word `d >> 5` stands for the day `d` days after 1 January. Never changed once shared. */
export type YearDays = Uint32Array

const WORDS = 12

/** No day of a year. */
export const NO_YEAR_DAYS: YearDays = new Uint32Array(WORDS)

/** No days, to put some into. */
export function emptyYear(): YearDays {
  return new Uint32Array(WORDS)
}

/** The year of a date. */
export function yearOf(date: CivilDate): number {
  return yearMonthDay(date).year
}

/** 1 January of a year. */
export function newYear(year: number): CivilDate {
  return civilDate(year, 1, 1)
}

/** 365 or 366. */
export function yearLength(year: number): number {
  return isLeapYear(year) ? 366 : 365
}

/** Whether the day is among them. */
export function hasDay(days: YearDays, day: number): boolean {
  return (((days[day >>> 5] ?? 0) >>> (day & 31)) & 1) === 1
}

/** Puts a day among them. */
export function addDay(days: YearDays, day: number): void {
  days[day >>> 5] = (days[day >>> 5] ?? 0) | (1 << (day & 31))
}

/** How many days there are. */
export function countDays(days: YearDays): number {
  let count = 0
  for (let word of days) {
    for (; word !== 0; word &= word - 1) count += 1
  }
  return count
}

/** The first of the days that is `day` or later; -1 where there is none. `day` may be beyond the year on either side. */
export function firstDayFrom(days: YearDays, day: number): number {
  const from = Math.max(day, 0)
  for (let index = from >>> 5; index < WORDS; index++) {
    let word = days[index] ?? 0
    if (index === from >>> 5) word &= -1 << (from & 31)
    if (word !== 0) return index * 32 + 31 - Math.clz32(word & -word)
  }
  return -1
}

/** The last of the days that is `day` or earlier; -1 where there is none. */
export function lastDayTo(days: YearDays, day: number): number {
  const to = Math.min(day, WORDS * 32 - 1)
  if (to < 0) return -1
  for (let index = to >>> 5; index >= 0; index--) {
    let word = days[index] ?? 0
    if (index === to >>> 5) word &= -1 >>> (31 - (to & 31))
    if (word !== 0) return index * 32 + 31 - Math.clz32(word)
  }
  return -1
}

/** The days `from` (inclusive) to `to` (exclusive) of a year. */
export function daysBetween(from: number, to: number): YearDays {
  const days = emptyYear()
  for (let day = Math.max(from, 0); day < to; day++) addDay(days, day)
  return days
}
