import { type CivilDate, civilDate, daysInMonth, LAST_DATE, type Weekday, weekdayOf } from '../time/index.ts'
import type { Calendar } from './calendar.ts'
import { differenceOf } from './algebra.ts'
import { type DaySet, keptDays, weekdaySet } from './day-set.ts'
import { calendarOf } from './set-calendar.ts'
import { weekdayCalendar } from './weekdays.ts'
import { addDay, emptyYear, newYear, type YearDays } from './year-days.ts'

const MONDAY = 0
const THURSDAY = 3
const SATURDAY = 5
const SUNDAY = 6

/** The first year in which the Uniform Monday Holiday Act holds; the built-in federal calendars begin with it. */
const FIRST_YEAR = 1971

/**
 * The legal public holidays of a year as they are observed, 5 U.S.C. 6103: one that falls on a Saturday on the Friday before (so that the
 * New Year of the next year may be in this one), on a Sunday on the Monday after (Executive Order 11582). Martin Luther King's birthday since 1986, Juneteenth since 2021;
 * Veterans Day on the fourth Monday of October from 1971 to 1977. Without Inauguration Day, which holds around Washington only, and
 * without days off by order of the President. `year` from 1971.
 */
export function federalHolidays(year: number): readonly CivilDate[] {
  const fixed = (of: number, month: number, day: number): CivilDate => observed(civilDate(of, month, day))
  const dates = [
    fixed(year, 1, 1),
    ...(year >= 1986 ? [nth(year, 1, MONDAY, 3)] : []),
    nth(year, 2, MONDAY, 3),
    last(year, 5, MONDAY),
    ...(year >= 2021 ? [fixed(year, 6, 19)] : []),
    fixed(year, 7, 4),
    nth(year, 9, MONDAY, 1),
    nth(year, 10, MONDAY, 2),
    year < 1978 ? nth(year, 10, MONDAY, 4) : fixed(year, 11, 11),
    nth(year, 11, THURSDAY, 4),
    fixed(year, 12, 25),
    fixed(year + 1, 1, 1),
  ]
  return dates.filter((date) => date >= newYear(year) && date < newYear(year + 1))
}

function observed(date: CivilDate): CivilDate {
  const weekday = weekdayOf(date)
  return weekday === SATURDAY ? date - 1 : weekday === SUNDAY ? date + 1 : date
}

function nth(year: number, month: number, weekday: Weekday, n: number): CivilDate {
  const first = civilDate(year, month, 1)
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (n - 1) * 7
}

function last(year: number, month: number, weekday: Weekday): CivilDate {
  const end = civilDate(year, month, daysInMonth(year, month))
  return end - ((weekdayOf(end) - weekday + 7) % 7)
}

const holidays: DaySet = {
  first: newYear(FIRST_YEAR),
  end: LAST_DATE + 1,
  days: (year): YearDays => {
    const days = emptyYear()
    if (year < FIRST_YEAR) return days
    for (const date of federalHolidays(year)) addDay(days, date - newYear(year))
    return days
  },
}

function builtIn(name: string, set: DaySet): Calendar {
  return calendarOf({ name, label: name, source: () => null }, set)
}

const workdays = weekdaySet(weekdayCalendar('Mon-Fri', 'Mon-Fri', new Set([0, 1, 2, 3, 4])))
const sets: ReadonlyMap<string, DaySet> = new Map([
  ['usa-federal-holidays', keptDays(holidays)],
  ['usa-federal-businessdays', keptDays(differenceOf([workdays, holidays]))],
])
const calendars: ReadonlyMap<string, Calendar> = new Map([...sets].map(([name, set]) => [name, builtIn(name, set)]))

/** Names of the calendars computed by rule. */
export const COMPUTED_CALENDARS: readonly string[] = [...sets.keys()].sort()

/** A calendar computed by rule, from 1971 to 9999: `usa-federal-holidays`, and `usa-federal-businessdays`, which are Monday to Friday without them. Null for any other name. */
export function computedCalendar(name: string): Calendar | null {
  return calendars.get(name) ?? null
}

/** The days of such a calendar. */
export function computedSet(name: string): DaySet | null {
  return sets.get(name) ?? null
}
