import type { Calendar } from '../calendar/index.ts'
import type { Occurrence } from '../kind/index.ts'
import type { Args } from '../run/run.ts'
import {
  type CivilDate,
  DAY,
  type Daytime,
  DEFAULT_DST,
  type DstPolicy,
  formatDate,
  formatDaytime,
  formatInstant,
  HOUR,
  type Instant,
  MINUTE,
  type Zone,
} from '../time/index.ts'
import { type CivilRule, civilInstants, endStretch, firstStretch, type LocalStretch } from './civil-instants.ts'
import { cronDates } from './cron-days.ts'
import type { CronExpression } from './cron-parse.ts'

/** When clocks in a zone show what a cron expression says, on the dates of a calendar. */
export interface CronRule {
  readonly cron: CronExpression
  readonly zone: Zone
  readonly calendar: Calendar
  readonly dst: DstPolicy
}

/** A due instant of a `CronRule`. */
export interface CronInstant {
  readonly due: Instant
  /** The local date and daytime that the expression says. */
  readonly date: CivilDate
  readonly daytime: Daytime
  /** They are ones that clocks skip, and it was moved. */
  readonly moved: boolean
}

/**
 * What becomes of odd local times unless said. An expression for every hour follows the clock, as cron does: it is due whenever clocks
 * show its time, so twice where they show it twice. Else it names daytimes, which are due once a day as those of other schedules are.
 */
export function cronDst({ everyHour }: CronExpression): DstPolicy {
  return everyHour ? { gap: 'skip', fold: 'both' } : DEFAULT_DST
}

/** Due instants in [from, to), in order, one for each instant. Lazy; ends with the calendar, or the year 9999. */
export function* cronInstants(rule: CronRule, from: Instant, to: Instant): Generator<CronInstant> {
  const { cron, zone, dst } = rule
  const after = cron.minutes.flatMap((minute) => cron.seconds.map((second) => minute * MINUTE + second * 1_000))
  const civil: CivilRule = { zone, dst, unit: HOUR, after }
  for (const one of civilInstants(civil, hours(rule, from, to), from, to)) {
    const daytime = one.stretch * HOUR + one.after - one.nominal * DAY
    yield { due: one.due, date: one.nominal, daytime, moved: one.moved }
  }
}

/** As `cronInstants`, with the args that the schedule offers: `date`, `daytime` (local), `time` (UTC), `calendar`, `tz`. */
export function* cronOccurrences(rule: CronRule, from: Instant, to: Instant): Generator<Occurrence> {
  for (const instant of cronInstants(rule, from, to)) yield new CronOccurrence(rule, instant)
}

// A class, since a getter in a literal costs ten times as much: a forecast of millions may only count.
class CronOccurrence implements Occurrence {
  readonly due: Instant
  readonly #rule: CronRule
  readonly #instant: CronInstant

  constructor(rule: CronRule, instant: CronInstant) {
    this.due = instant.due
    this.#rule = rule
    this.#instant = instant
  }

  get args(): Args {
    const { zone, calendar } = this.#rule
    const { due, date, daytime } = this.#instant
    return {
      calendar: calendar.label,
      date: formatDate(date),
      daytime: formatDaytime(daytime),
      time: formatInstant(due),
      tz: zone.name,
    }
  }
}

// Hours, since the minutes of a day may be too many to hold back where the clocks change.
function* hours({ cron, zone, calendar }: CronRule, from: Instant, to: Instant): Generator<LocalStretch> {
  const first = firstStretch(zone, HOUR, from)
  const end = endStretch(zone, DAY, to)
  for (const date of cronDates(cron, calendar, Math.floor(first / 24), end)) {
    for (const hour of cron.hours) {
      const local = date * 24 + hour
      if (local >= first) yield { nominal: date, local }
    }
  }
}
