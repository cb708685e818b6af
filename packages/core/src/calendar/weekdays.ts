import { type CivilDate, FIRST_DATE, LAST_DATE, type Weekday, weekdayOf } from '../time/index.ts'
import type { Calendar } from './calendar.ts'

const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const WEEK = 7

/** The dates of years 1 to 9999 that fall on some weekdays; none or all of them may be asked for. */
export function weekdayCalendar(name: string, label: string, weekdays: ReadonlySet<Weekday>): Calendar {
  const contains = (date: CivilDate): boolean =>
    date >= FIRST_DATE && date <= LAST_DATE && weekdays.has(weekdayOf(date))
  const seek = (date: CivilDate, step: 1 | -1): CivilDate | null => {
    for (let days = 0; days < WEEK; days++) {
      const candidate = date + days * step
      if (contains(candidate)) return candidate
    }
    return null
  }
  // Most schedules go by every day, and ask for each of thousands of them.
  const everyDay = weekdays.size === WEEK
  const onOrAfter = (date: CivilDate): CivilDate | null => {
    const from = Math.max(date, FIRST_DATE)
    return everyDay && from <= LAST_DATE ? from : seek(from, 1)
  }
  const onOrBefore = (date: CivilDate): CivilDate | null => seek(Math.min(date, LAST_DATE), -1)
  const shift = (date: CivilDate, n: number): CivilDate | null => {
    if (!contains(date)) return null
    let shifted: CivilDate | null = date + Math.trunc(n / weekdays.size) * WEEK
    for (let left = n % weekdays.size; left !== 0 && shifted !== null; left -= Math.sign(left)) {
      shifted = left > 0 ? seek(shifted + 1, 1) : seek(shifted - 1, -1)
    }
    return shifted !== null && contains(shifted) ? shifted : null
  }
  return { name, label, source: null, first: FIRST_DATE, end: LAST_DATE + 1, contains, onOrAfter, onOrBefore, shift }
}

/** Every date. */
export const ALL_DAYS: Calendar = weekdayCalendar('all', 'all days', new Set([0, 1, 2, 3, 4, 5, 6]))
/** No date. */
export const NO_DAYS: Calendar = weekdayCalendar('none', 'no days', new Set())

/**
 * A calendar that needs no file: `all`, `none`, or weekdays such as `Mon`, `Mon-Fri`, `Fri-Mon`, `Mon,Wed-Fri`; the empty text is no
 * days. Names are three letters, capitalised. Null for any other name. Source: spec/apsis.md 2.
 */
export function builtInCalendar(name: string): Calendar | null {
  if (name === ALL_DAYS.name) return ALL_DAYS
  if (name === NO_DAYS.name) return NO_DAYS
  const weekdays = new Set<Weekday>()
  for (const part of name === '' ? [] : name.split(',')) {
    const [first, last, ...rest] = part.split('-').map(weekday)
    if (first === undefined || first === null || last === null || rest.length > 0) return null
    const length = last === undefined ? 1 : ((last - first + WEEK) % WEEK) + 1
    for (let days = 0; days < length; days++) weekdays.add(weekdayOf(MONDAY + first + days))
  }
  return weekdayCalendar(name, name, weekdays)
}

// 1970-01-05.
const MONDAY: CivilDate = 4

function weekday(name: string): number | null {
  const index = NAMES.findIndex((one) => one === name)
  return index < 0 ? null : index
}
