import type { Parsed } from '../time/index.ts'
import type { Calendar } from './calendar.ts'
import { closest } from '../document/index.ts'
import { COMPUTED_CALENDARS, computedCalendar } from './federal.ts'
import { builtInCalendar } from './weekdays.ts'

/** Finds calendars by name. */
export type CalendarSource = (name: string) => Parsed<Calendar>

/**
 * The calendar of a name: `all`, `none` or weekdays; else what `others` has under that name (calendar files, once they are loaded); else one computed by
 * rule. `names`: of the others, to say which was meant.
 */
export function findCalendar(
  name: string,
  others: (name: string) => Calendar | null = () => null,
  names: () => Iterable<string> = () => [],
): Parsed<Calendar> {
  const calendar = builtInCalendar(name) ?? others(name) ?? computedCalendar(name)
  if (calendar !== null) return { ok: true, value: calendar }
  const meant = closest(name, [...WELL_KNOWN, ...COMPUTED_CALENDARS, ...names()])
  const message = `no such calendar: ${name}`
  return meant === null ? { ok: false, message } : { ok: false, message, hint: `did you mean '${meant}'?` }
}

const WELL_KNOWN = ['all', 'none', 'Mon-Fri', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
