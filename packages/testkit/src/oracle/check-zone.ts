import { type Clock, clockOf } from './clock.ts'
import { compareSchedule } from './compare.ts'
import { dateText } from './calendar.ts'
import { ANY_ZONE, type Due, timeText } from './due.ts'
import { count, emptyReport, type Report } from './report.ts'
import { findTransitions, type Transition } from './transitions.ts'
import { DAY, HOUR } from './units.ts'

/** 1970-01-01 and 2038-01-01. */
export const SINCE: number = Date.UTC(1970, 0, 1)
export const UNTIL: number = Date.UTC(2038, 0, 1)

/** What `Intl` says of a zone, and what came of comparing its noons. */
export interface ZoneCheck {
  readonly zone: string
  readonly transitions: readonly Transition[]
  readonly report: Report
}

/** Finds the transitions of a zone in the years 1970 to 2037, and compares noon of every day of them in one list. */
export function checkZone(zone: string): ZoneCheck {
  const clock = clockOf(zone)
  const report = emptyReport()
  const schedule = { type: 'daily', tz: zone, daytime: '12:00:00' }
  const expected = noons(clock)
  count(report, compareSchedule({ schedule, from: SINCE, to: UNTIL, expected, everywhere: true }, zone))
  return { zone, transitions: findTransitions(clock, SINCE, UNTIL), report }
}

// Clocks show noon within a day of noon UTC: the distance there, and then the distance at the instant that it gives, until it is one.
function noons(clock: Clock): Due[] {
  const dues: Due[] = []
  for (let date = SINCE / DAY - 1; date <= UNTIL / DAY; date++) {
    const noon = date * DAY + 12 * HOUR
    const due = [...new Set([-DAY, 0, DAY].map((away) => noon - (clock(noon + away) - noon - away)))]
      .sort((a, b) => a - b)
      .find((instant) => clock(instant) === noon)
    if (due === undefined || due < SINCE || due >= UNTIL) continue
    dues.push({
      due,
      args: { calendar: 'all days', date: dateText(date), daytime: '12:00:00', time: timeText(due), tz: ANY_ZONE },
    })
  }
  return dues
}
