import { fourDigits, twoDigits } from './digits.ts'
import type { Parsed } from './parsed.ts'

/** A day of the (proleptic) Gregorian calendar: days since 1970-01-01. */
export type CivilDate = number

/** Days since Monday: 0 is Monday, 6 Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** 0001-01-01, the first date there is. */
export const FIRST_DATE: CivilDate = -719_162
/** 9999-12-31, the last date there is. */
export const LAST_DATE: CivilDate = 2_932_896

export interface YearMonthDay {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
}

const WEEKDAYS: readonly Weekday[] = [0, 1, 2, 3, 4, 5, 6]
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Whether a year has 366 days. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** Days of a month; `month` 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0)
}

/** The date of a year, month and day, which must be valid. */
export function civilDate(year: number, month: number, day: number): CivilDate {
  // Years that begin in March put the leap day last, so that a month's offset needs no table.
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** Year, month and day of a date. */
export function yearMonthDay(date: CivilDate): YearMonthDay {
  const shifted = date + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  }
}

/** The weekday of a date. */
export function weekdayOf(date: CivilDate): Weekday {
  // 1970-01-01 was a Thursday.
  const weekday = (date + 3) % 7
  return WEEKDAYS[weekday < 0 ? weekday + 7 : weekday] ?? 0
}

/** Reads `YYYY-MM-DD` or `YYYYMMDD`; years 0001 to 9999. */
export function parseDate(text: string): Parsed<CivilDate> {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (match === null) return { ok: false, message: `can't parse as date: ${text}: expected YYYY-MM-DD` }
  const date = dateOf(Number(match[1]), Number(match[2]), Number(match[3]))
  return date === null
    ? { ok: false, message: `can't parse as date: ${text}: no such date` }
    : { ok: true, value: date }
}

/** The date of a year, month and day; null where there is none, and outside the years 1 to 9999. */
export function dateOf(year: number, month: number, day: number): CivilDate | null {
  const valid = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
  return valid ? civilDate(year, month, day) : null
}

/** `YYYY-MM-DD`. */
export function formatDate(date: CivilDate): string {
  const { year, month, day } = yearMonthDay(date)
  return `${fourDigits(year)}-${twoDigits(month)}-${twoDigits(day)}`
}
