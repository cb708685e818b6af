import type { CivilDate } from '../time/index.ts'
import type { Calendar } from './calendar.ts'

/** A date of a calendar, and the local date that shifts make of it. */
export interface NominalDate {
  readonly nominal: CivilDate
  readonly local: CivilDate
}

/**
 * The dates of a calendar in order, from the first whose shifted date is `firstLocal` or later: shifted by `calShift` dates within the
 * calendar, then by `dateShift` days. Dates that the calendar cannot shift so far are left out.
 */
export function* nominalDates(
  calendar: Calendar,
  calShift: number,
  dateShift: number,
  firstLocal: CivilDate,
): Generator<NominalDate> {
  let shifted = calendar.onOrAfter(firstLocal - dateShift)
  let nominal = shifted === null ? null : calendar.shift(shifted, -calShift)
  // Too close to the calendar's first date to have one that far before it.
  for (let left = calShift; left > 0 && shifted !== null && nominal === null; left--) {
    shifted = calendar.onOrAfter(shifted + 1)
    nominal = shifted === null ? null : calendar.shift(shifted, -calShift)
  }
  while (shifted !== null && nominal !== null) {
    yield { nominal, local: shifted + dateShift }
    shifted = calendar.onOrAfter(shifted + 1)
    nominal = calendar.onOrAfter(nominal + 1)
  }
}
