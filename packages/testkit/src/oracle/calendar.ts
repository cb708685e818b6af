import { DAY } from './units.ts'

/** Days since 1970-01-01. */
export type Day = number

const NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** The weekday calendars that the oracle tries, with their names in args. */
export const CALENDARS: Readonly<Record<string, string>> = {
  all: 'all days',
  'Mon-Fri': 'Mon-Fri',
  'Sat,Sun': 'Sat,Sun',
}

const WEEKDAYS: Readonly<Record<string, readonly string[]>> = {
  all: NAMES,
  'Mon-Fri': ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'],
  'Sat,Sun': ['Sat', 'Sun'],
}

/** Whether a calendar has a date. */
export function inCalendar(calendar: string, day: Day): boolean {
  const weekday = NAMES[new Date(day * DAY).getUTCDay()]
  return weekday !== undefined && (WEEKDAYS[calendar] ?? []).includes(weekday)
}

/** The local date of a nominal one: `calShift` dates of the calendar on, then `dateShift` days, one by one. */
export function shifted(calendar: string, nominal: Day, calShift: number, dateShift: number): Day {
  let day = nominal
  for (let left = Math.abs(calShift); left > 0; ) {
    day += Math.sign(calShift)
    if (inCalendar(calendar, day)) left--
  }
  return day + dateShift
}

/** `YYYY-MM-DD`. */
export function dateText(day: Day): string {
  return new Date(day * DAY).toISOString().slice(0, 10)
}
