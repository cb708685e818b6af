import { CALENDARS, dateText, inCalendar, shifted } from './calendar.ts'
import type { ClockTable, Policy } from './clock-table.ts'
import { ANY_ZONE, type Due, daytimeText, type Json, timeText } from './due.ts'
import { DAY, SECOND } from './units.ts'

/** Further than any shift that the oracle tries moves a date, in days, weekends counted. */
const REACH = 12

export interface Bound {
  readonly daytime: number
  readonly calShift: number
  readonly dateShift: number
}

export interface DailyInterval {
  readonly calendar: string
  readonly start: Bound
  readonly stop: Bound
  readonly interval: number
  readonly dst: Policy
}

/** The schedule as a job file has it. */
export function dailyIntervalJson({ calendar, start, stop, interval, dst }: DailyInterval): Record<string, Json> {
  const bound = ({ daytime, calShift, dateShift }: Bound): Json => ({
    daytime: daytimeText(daytime),
    cal_shift: calShift,
    date_shift: dateShift,
  })
  return {
    type: 'daily-interval',
    tz: ANY_ZONE,
    calendar,
    start: bound(start),
    stop: bound(stop),
    interval: interval / SECOND,
    dst: { ...dst },
  }
}

/**
 * The rules of `daily-interval`, from the table: for every date, on from the start by seconds that pass, to before the stop. Where clocks
 * show the start twice and both count, it is the first time; the stop then the last.
 */
export function dailyIntervalDues(table: ClockTable, rule: DailyInterval, from: number, to: number): Due[] {
  const nominals = new Map<number, number>()
  for (let nominal = Math.floor(from / DAY) - REACH; nominal <= Math.floor(to / DAY) + REACH; nominal++) {
    if (!inCalendar(rule.calendar, nominal)) continue
    const [begin, end] = [readingOf(rule.calendar, nominal, rule.start), readingOf(rule.calendar, nominal, rule.stop)]
    const start = table.meaningOf(begin, rule.dst).instants[0]
    const stop = table.meaningOf(end, rule.dst).instants.at(-1)
    if (end <= begin || start === undefined || stop === undefined) continue
    for (let due = start; due < stop; due += rule.interval) {
      if (due >= from && due < to && !nominals.has(due)) nominals.set(due, nominal)
    }
  }
  return [...nominals]
    .sort(([a], [b]) => a - b)
    .map(([due, nominal]) => {
      const shown = table.shownAt(due)
      const today = Math.floor(shown / DAY)
      return {
        due,
        args: {
          calendar: CALENDARS[rule.calendar] ?? '',
          date: dateText(nominal),
          daytime: daytimeText(shown - today * DAY),
          sched_date: dateText(today),
          time: timeText(due),
          tz: ANY_ZONE,
        },
      }
    })
}

function readingOf(calendar: string, nominal: number, { daytime, calShift, dateShift }: Bound): number {
  return shifted(calendar, nominal, calShift, dateShift) * DAY + daytime
}
