import type { Parsed } from '../time/index.ts'
import type { Calendar } from './calendar.ts'
import { computedCalendar } from './federal.ts'
import { builtInCalendar } from './weekdays.ts'

/** Finds calendars by name. */
export type CalendarSource = (name: string) => Parsed<Calendar>

/**
 * The calendar of a name: `all`, `none` or weekdays; else what `others` has under that name (calendar files, once they are loaded); else one computed by
 * rule.
 */
export function findCalendar(name: string, others: (name: string) => Calendar | null = () => null): Parsed<Calendar> {
  const calendar = builtInCalendar(name) ?? others(name) ?? computedCalendar(name)
  return calendar === null ? { ok: false, message: `no such calendar: ${name}` } : { ok: true, value: calendar }
}
