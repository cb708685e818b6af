import type { Occurrence } from '../kind/index.ts'
import type { Args } from '../run/run.ts'
import {
  type CivilDate,
  DAY,
  type Daytime,
  type DstPolicy,
  formatDate,
  formatDaytime,
  formatInstant,
  type Instant,
  type Zone,
} from '../time/index.ts'
import type { Calendar } from '../calendar/index.ts'
import { type CivilInstant, civilInstants, firstStretch } from './civil-instants.ts'
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
  for (const instant of civilInstantsOf(rule, from, to)) yield new DailyOccurrence(rule, instant)
}

// Its args are made when asked for: a forecast of millions may only count. A class, since a getter in a literal costs ten times as much.
class DailyOccurrence implements Occurrence {
  readonly due: Instant
  readonly #rule: DailyRule
  readonly #instant: CivilInstant

  constructor(rule: DailyRule, instant: CivilInstant) {
    this.due = instant.due
    this.#rule = rule
    this.#instant = instant
  }

  get args(): Args {
    const { zone, calendar } = this.#rule
    const { due, nominal, after } = this.#instant
    return {
      calendar: calendar.label,
      date: formatDate(nominal),
      daytime: formatDaytime(after),
      time: formatInstant(due),
      tz: zone.name,
    }
  }
}

/**
 * Due instants in [from, to), in order, one for each instant: where a moved one falls on another, the other stands.
 * Lazy; ends with the calendar, or the year 9999.
 */
export function* dailyInstants(rule: DailyRule, from: Instant, to: Instant): Generator<DailyInstant> {
  for (const { due, nominal, after, moved } of civilInstantsOf(rule, from, to)) {
    yield { due, nominal, daytime: after, moved }
  }
}

function civilInstantsOf(rule: DailyRule, from: Instant, to: Instant): Generator<CivilInstant> {
  const { zone, dst, daytimes } = rule
  const dates = nominalDates(rule.calendar, rule.calShift, rule.dateShift, firstStretch(zone, DAY, from))
  return civilInstants({ zone, dst, unit: DAY, after: daytimes }, dates, from, to)
}
