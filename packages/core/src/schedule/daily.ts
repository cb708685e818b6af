import type { Occurrence } from '../kind/index.ts'
import {
  type CivilDate,
  DAY,
  type Daytime,
  type DstPolicy,
  END_OF_TIME,
  FIRST_INSTANT,
  formatDate,
  formatDaytime,
  formatInstant,
  type Instant,
  type Zone,
} from '../time/index.ts'
import type { Calendar } from './calendar.ts'
import { nominalDates } from './nominal-dates.ts'

/** Daytimes of the dates of a calendar, in a zone. */
export interface DailyRule {
  readonly zone: Zone
  readonly calendar: Calendar
  /** At least one; ascending, without repeats. */
  readonly daytimes: readonly Daytime[]
  /** Days by which the local date is after the calendar's, counted after `calShift`. */
  readonly dateShift: number
  /** Dates of the calendar by which it is after. */
  readonly calShift: number
  readonly dst: DstPolicy
}

/** A due instant of a `DailyRule`. */
export interface DailyInstant {
  readonly due: Instant
  /** The calendar's date, not shifted. */
  readonly nominal: CivilDate
  readonly daytime: Daytime
  /** The local time is one that clocks skip, and was moved. */
  readonly moved: boolean
}

/** As `dailyInstants`, with the args that the schedule offers: `date` (not shifted), `time` (UTC), `daytime`, `calendar`, `tz`. */
export function* dailyOccurrences(rule: DailyRule, from: Instant, to: Instant): Generator<Occurrence> {
  const { zone, calendar } = rule
  for (const { due, nominal, daytime } of dailyInstants(rule, from, to)) {
    yield {
      due,
      // Made when asked for: a forecast of millions may only count.
      get args() {
        return {
          calendar: calendar.label,
          date: formatDate(nominal),
          daytime: formatDaytime(daytime),
          time: formatInstant(due),
          tz: zone.name,
        }
      },
    }
  }
}

/**
 * Due instants in [from, to), in order, one for each instant: where a moved one falls on another, the other stands.
 * Lazy; ends with the calendar, or the year 9999.
 */
export function* dailyInstants(rule: DailyRule, from: Instant, to: Instant): Generator<DailyInstant> {
  const { zone, daytimes } = rule
  const [start, end] = [Math.max(from, FIRST_INSTANT), Math.min(to, END_OF_TIME)]
  // From this local date on, and before `end`, is all that can fall into the window, wherever the clocks are.
  const firstLocal = Math.floor((start + zone.minOffset) / DAY)
  let held: DailyInstant[] = []
  for (const { nominal, local } of nominalDates(rule.calendar, rule.calShift, rule.dateShift, firstLocal)) {
    // Nothing of this date, or of a later one, is before it.
    const earliest = local * DAY - zone.maxOffset
    if (held.length > 0) {
      held = yield* release(held, earliest, start, end)
    }
    if (earliest >= end) break
    const midnight = held.length > 0 ? Number.NaN : zone.plainInstant(local * DAY, (local + 1) * DAY)
    if (Number.isNaN(midnight)) {
      for (const daytime of daytimes) {
        const { instants, kind } = zone.meaningOf(local * DAY + daytime, rule.dst)
        for (const due of instants) held.push({ due, nominal, daytime, moved: kind === 'gap' })
      }
      continue
    }
    for (const daytime of daytimes) {
      const due = midnight + daytime
      if (due >= end) break
      if (due >= start) yield { due, nominal, daytime, moved: false }
    }
  }
  yield* release(held, Infinity, start, end)
}

// Around odd times the instants of dates may interleave and coincide: they are held back until nothing can come between.
function* release(
  held: readonly DailyInstant[],
  before: Instant,
  start: Instant,
  end: Instant,
): Generator<DailyInstant, DailyInstant[]> {
  const ordered = held.toSorted((a, b) => a.due - b.due || Number(a.moved) - Number(b.moved) || a.nominal - b.nominal)
  for (const [index, instant] of ordered.entries()) {
    if (instant.due >= before) return ordered.slice(index)
    const repeated = ordered[index - 1]?.due === instant.due
    if (!repeated && instant.due >= start && instant.due < end) yield instant
  }
  return []
}
