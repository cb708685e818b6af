import type { Calendar } from '../calendar/index.ts'
import { type CivilDate, daysInMonth, weekdayOf, yearMonthDay } from '../time/index.ts'

/** On which dates a cron expression is due. */
export interface CronDays {
  /** 1 to 12. */
  readonly months: ReadonlySet<number>
  readonly days: CronDaysOfMonth
  readonly weekdays: CronWeekdays
  /** Both day fields say which days, and a day that either says will do; else one that both say. */
  readonly either: boolean
}

export interface CronDaysOfMonth {
  /** 1 to 31. */
  readonly numbers: ReadonlySet<number>
  /** Days before the last of the month: `L` is 0. */
  readonly beforeLast: readonly number[]
  /** Days of which the weekday (Monday to Friday) nearest to them in the month is meant: `15W`. */
  readonly nearest: readonly number[]
  /** `LW`. */
  readonly lastWeekday: boolean
}

/** Weekdays are counted from Sunday, 0. */
export interface CronWeekdays {
  readonly numbers: ReadonlySet<number>
  /** `MON#2`. */
  readonly nth: readonly { readonly weekday: number; readonly n: number }[]
  /** `5L`. */
  readonly last: readonly number[]
}

/** The Gregorian calendar repeats after so many months, weekdays and all. */
const CYCLE_MONTHS = 400 * 12

/**
 * The dates of an expression that are in the calendar, in [first, end), in order. The search ends where 400 years of months with dates
 * of the calendar have none.
 */
export function* cronDates(cron: CronDays, calendar: Calendar, first: CivilDate, end: CivilDate): Generator<CivilDate> {
  let without = 0
  for (let date = calendar.onOrAfter(first); date !== null && date < end && without < CYCLE_MONTHS; ) {
    const { year, month, day } = yearMonthDay(date)
    const [start, length] = [date - day + 1, daysInMonth(year, month)]
    without++
    for (const one of cron.months.has(month) ? daysOfMonth(cron, start, length) : []) {
      const candidate = start + one - 1
      if (candidate >= end) return
      if (candidate < date || !calendar.contains(candidate)) continue
      without = 0
      yield candidate
    }
    date = calendar.onOrAfter(start + length)
  }
}

/** Days (from 1, ascending) of the month that begins with a date. */
function daysOfMonth(cron: CronDays, start: CivilDate, length: number): number[] {
  const { numbers, nth, last } = cron.weekdays
  const special = new Set(specialDays(cron.days, start, length))
  const found: number[] = []
  for (let day = 1; day <= length; day++) {
    const weekday = weekdayFromSunday(start + day - 1)
    const byDay = cron.days.numbers.has(day) || special.has(day)
    const byWeekday =
      numbers.has(weekday) ||
      nth.some((one) => one.weekday === weekday && one.n === Math.ceil(day / 7)) ||
      (day + 7 > length && last.includes(weekday))
    if (cron.either ? byDay || byWeekday : byDay && byWeekday) found.push(day)
  }
  return found
}

function specialDays(
  { beforeLast, nearest, lastWeekday }: CronDaysOfMonth,
  start: CivilDate,
  length: number,
): number[] {
  return [
    ...beforeLast.map((days) => length - days),
    ...nearest.filter((day) => day <= length).map((day) => nearestWeekday(start, length, day)),
    ...(lastWeekday ? [nearestWeekday(start, length, length)] : []),
  ]
}

// The Friday before a Saturday and the Monday after a Sunday, but for what would be another month.
function nearestWeekday(start: CivilDate, length: number, day: number): number {
  const weekday = weekdayFromSunday(start + day - 1)
  if (weekday === 6) return day === 1 ? 3 : day - 1
  if (weekday === 0) return day === length ? day - 2 : day + 1
  return day
}

function weekdayFromSunday(date: CivilDate): number {
  return (weekdayOf(date) + 1) % 7
}
