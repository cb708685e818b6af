import type { CivilDate } from '../time/index.ts'
import type { Calendar } from '../calendar/index.ts'

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
  if (calShift > 0 && shifted !== null && nominal === null) {
    // Too close to the calendar's first date to have one that far before it.
    nominal = calendar.onOrAfter(calendar.first)
    shifted = nominal === null ? null : calendar.shift(nominal, calShift)
  }
  // Most calendars are not shifted: their dates need not be looked up twice.
  if (calShift === 0) {
    for (; shifted !== null; shifted = calendar.onOrAfter(shifted + 1)) {
      yield { nominal: shifted, local: shifted + dateShift }
    }
    return
  }
  while (shifted !== null && nominal !== null) {
    yield { nominal, local: shifted + dateShift }
    shifted = calendar.onOrAfter(shifted + 1)
    nominal = calendar.onOrAfter(nominal + 1)
  }
}
