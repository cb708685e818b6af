import type { ClockTable } from './clock-table.ts'
import { DAY } from './units.ts'

/**
 * SCHED41 and SCHED42, from the table: the daytime on the date that clocks show at the schedule time, if it is later on the clock, else on
 * the next date. The first time after the schedule time that clocks show it; where they skip it, the first instant after the gap.
 */
export function daytimeStopOf(table: ClockTable, daytime: number, due: number): number | null {
  const shown = table.shownAt(due)
  const today = Math.floor(shown / DAY)
  const date = shown - today * DAY < daytime ? today : today + 1
  const { instants } = table.meaningOf(date * DAY + daytime, { gap: 'next', fold: 'both' })
  return instants.find((instant) => instant > due) ?? null
}
