import type { Calendar } from '../calendar/index.ts'
import type { Occurrence } from '../kind/index.ts'
import type { Args } from '../run/run.ts'
import {
  type CivilDate,
  DAY,
  type Daytime,
  type DstPolicy,
  type Duration,
  END_OF_TIME,
  FIRST_INSTANT,
  formatDate,
  formatDaytime,
  formatInstant,
  type Instant,
  toMicrosecond,
  type Zone,
} from '../time/index.ts'
import { firstStretch } from './civil-instants.ts'
import { nominalDates } from './nominal-dates.ts'

/** One end of the time of a date in which a `DailyIntervalRule` is due. */
export interface DailyBound {
  readonly daytime: Daytime
  /** As of a `DailyRule`. */
  readonly dateShift: number
  readonly calShift: number
}

/** Every `interval` from `start` of each date of a calendar to before its `stop`. */
export interface DailyIntervalRule {
  readonly zone: Zone
  readonly calendar: Calendar
  readonly start: DailyBound
  readonly stop: DailyBound
  /** At least 1 ms, below a day. */
  readonly interval: Duration
  readonly dst: DstPolicy
}

/** `stop` may be shifted by at most so many days, and so many dates, further than `start`: so many dates are looked at side by side. */
export const MAX_STOP_SHIFT = 366

// The time of one date in which it is due, and the next instant there.
interface Stepper {
  readonly nominal: CivilDate
  readonly start: Instant
  readonly stop: Instant
  number: number
  due: Instant
}

/** What is wrong with a rule, and with what of it; or null. The text for intervals is that of spec/apsis.md 1.8. */
export function dailyIntervalFault(
  rule: Pick<DailyIntervalRule, 'interval' | 'start' | 'stop'>,
): { readonly key: 'interval' | 'stop'; readonly message: string } | null {
  const { interval, start, stop } = rule
  if (!(interval >= 1 && interval < DAY)) {
    return { key: 'interval', message: `invalid interval: ${interval / 1_000}` }
  }
  const far = Math.max(stop.dateShift - start.dateShift, stop.calShift - start.calShift)
  if (far > MAX_STOP_SHIFT) {
    return { key: 'stop', message: `stop is shifted by more than ${MAX_STOP_SHIFT} days or dates over start` }
  }
  return null
}

/** Whether `stop` is not after `start` on the clock, on whatever date: the rule is never due. Shifts that differ in dates are not looked into. */
export function isDailyIntervalEmpty({ start, stop }: DailyIntervalRule): boolean {
  return start.calShift === stop.calShift && localEnd(stop.dateShift, stop) <= localEnd(start.dateShift, start)
}

/**
 * Occurrences in [from, to), in order, one for each instant: of those of several dates that of the earliest. Lazy. Each is computed from
 * its number. Offers the args `date` (the calendar's), `sched_date` and `daytime` (local), `time` (UTC), `calendar`, `tz`.
 */
export function* dailyIntervalOccurrences(rule: DailyIntervalRule, from: Instant, to: Instant): Generator<Occurrence> {
  const [start, end] = [Math.max(from, FIRST_INSTANT), Math.min(to, END_OF_TIME)]
  if (start >= end || isDailyIntervalEmpty(rule)) return
  const { calendar, zone } = rule
  const first = firstStretch(zone, DAY, start)
  const dates = nominalDates(calendar, rule.stop.calShift, rule.stop.dateShift, first)
  let open: Stepper[] = []
  let date = nextDate(rule, dates)
  for (;;) {
    let due = earliest(open)
    // What begins before it may be due before it.
    while (date !== null && date.startLocal * DAY - zone.maxOffset <= Math.min(due, end)) {
      const stepper = stepperOf(rule, date, start)
      if (stepper !== null) open.push(stepper)
      due = earliest(open)
      date = nextDate(rule, dates)
    }
    if (due >= end) return
    yield new DailyIntervalOccurrence(rule, due, open.find((stepper) => stepper.due === due)?.nominal ?? 0)
    for (const stepper of open) if (stepper.due === due) step(rule, stepper)
    if (open.some((stepper) => stepper.due >= stepper.stop)) open = open.filter((stepper) => stepper.due < stepper.stop)
  }
}

interface ShiftedDate {
  readonly nominal: CivilDate
  readonly startLocal: CivilDate
  readonly stopLocal: CivilDate
}

// The next date that can be shifted to its start.
function nextDate(
  { calendar, start, stop }: DailyIntervalRule,
  dates: Iterator<{ readonly nominal: CivilDate; readonly local: CivilDate }>,
): ShiftedDate | null {
  for (let next = dates.next(); next.done !== true; next = dates.next()) {
    const { nominal, local } = next.value
    const shifted = start.calShift === stop.calShift ? local - stop.dateShift : calendar.shift(nominal, start.calShift)
    if (shifted !== null) return { nominal, startLocal: shifted + start.dateShift, stopLocal: local }
  }
  return null
}

// The steps of a date from `from` on; null where there are none.
function stepperOf(rule: DailyIntervalRule, date: ShiftedDate, from: Instant): Stepper | null {
  const { zone, dst, interval } = rule
  const startsAt = localEnd(date.startLocal, rule.start)
  const stopsAt = localEnd(date.stopLocal, rule.stop)
  if (stopsAt <= startsAt) return null
  // In a fold `both` is from the first to the last.
  const start = zone.instantsOf(startsAt, dst)[0]
  const stop = zone.instantsOf(stopsAt, dst).at(-1)
  if (start === undefined || stop === undefined) return null
  const number = Math.max(0, Math.ceil((from - start) / interval) - 1)
  const stepper = { nominal: date.nominal, start, stop, number, due: toMicrosecond(start + number * interval) }
  // The division may round to either side.
  while (stepper.due < from) step(rule, stepper)
  return stepper.due < stop ? stepper : null
}

function step({ interval }: DailyIntervalRule, stepper: Stepper): void {
  stepper.number++
  stepper.due = toMicrosecond(stepper.start + stepper.number * interval)
}

function earliest(steppers: readonly Stepper[]): Instant {
  let due = Infinity
  for (const stepper of steppers) if (stepper.due < due) due = stepper.due
  return due
}

function localEnd(date: CivilDate, { daytime }: DailyBound): number {
  return date * DAY + daytime
}

// A class, since a getter in a literal costs ten times as much: a forecast of millions may only count.
class DailyIntervalOccurrence implements Occurrence {
  readonly due: Instant
  readonly #rule: DailyIntervalRule
  readonly #nominal: CivilDate

  constructor(rule: DailyIntervalRule, due: Instant, nominal: CivilDate) {
    this.due = due
    this.#rule = rule
    this.#nominal = nominal
  }

  get args(): Args {
    const { zone, calendar } = this.#rule
    const local = zone.localAt(this.due)
    const date = Math.floor(local / DAY)
    return {
      calendar: calendar.label,
      date: formatDate(this.#nominal),
      daytime: formatDaytime(local - date * DAY),
      sched_date: formatDate(date),
      time: formatInstant(this.due),
      tz: zone.name,
    }
  }
}
