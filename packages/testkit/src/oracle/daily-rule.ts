import { CALENDARS, type Day, dateText, inCalendar, shifted } from './calendar.ts'
import type { ClockTable, Policy } from './clock-table.ts'
import { ANY_ZONE, type Due, daytimeText, type Json, timeText } from './due.ts'
import { DAY } from './units.ts'

/** Further than any shift that the oracle tries moves a date, in days, weekends counted. */
const REACH = 12

export interface Daily {
  readonly calendar: string
  readonly calShift: number
  readonly dateShift: number
  /** Ms since midnight; ascending. */
  readonly daytimes: readonly number[]
  readonly dst: Policy
}

interface Candidate {
  readonly due: number
  readonly nominal: Day
  readonly daytime: number
  readonly moved: boolean
}

/** The schedule as a job file has it. */
export function dailyJson({ calendar, calShift, dateShift, daytimes, dst }: Daily): Record<string, Json> {
  return {
    type: 'daily',
    tz: ANY_ZONE,
    calendar,
    daytime: daytimes.map(daytimeText),
    cal_shift: calShift,
    date_shift: dateShift,
    dst: { ...dst },
  }
}

/** SCHED30 to SCHED34, from the table: every date, every daytime, every instant at which clocks show it. */
export function dailyDues(table: ClockTable, daily: Daily, from: number, to: number): Due[] {
  const candidates: Candidate[] = []
  for (let nominal = Math.floor(from / DAY) - REACH; nominal <= Math.floor(to / DAY) + REACH; nominal++) {
    if (!inCalendar(daily.calendar, nominal)) continue
    const date = shifted(daily.calendar, nominal, daily.calShift, daily.dateShift)
    for (const daytime of daily.daytimes) {
      const { instants, moved } = table.meaningOf(date * DAY + daytime, daily.dst)
      for (const due of instants) candidates.push({ due, nominal, daytime, moved })
    }
  }
  // Of those that fall together the one that was not moved stands; of two that were, the one that was meant first.
  candidates.sort(
    (a, b) => a.due - b.due || Number(a.moved) - Number(b.moved) || a.nominal - b.nominal || a.daytime - b.daytime,
  )
  return candidates
    .filter(({ due }, index) => due >= from && due < to && candidates[index - 1]?.due !== due)
    .map(({ due, nominal, daytime }) => ({
      due,
      args: {
        calendar: CALENDARS[daily.calendar] ?? '',
        date: dateText(nominal),
        daytime: daytimeText(daytime),
        time: timeText(due),
        tz: ANY_ZONE,
      },
    }))
}
