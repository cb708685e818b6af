import { integerField } from '@apsis/core/field'
import type { ScheduleSpec } from '@apsis/core/kind'
import { delayed } from '@apsis/core/schedule'
import { type Duration, durationSeconds } from '@apsis/core/time'
import type { z } from 'zod'

/** `date_shift`, `cal_shift`: a whole number, 0 where it is not said. */
export const shiftField: z.ZodType<number, unknown> = integerField.default(0).transform((shift) => shift + 0)

/** Occurrences with a `time_shift`: due so much later, and about the same. */
export function shifted(occurrences: ScheduleSpec['occurrences'], timeShift: Duration): ScheduleSpec['occurrences'] {
  return timeShift === 0 ? occurrences : (from, to) => delayed(occurrences, timeShift, from, to)
}

/** ` +1 cal days -2 days +90 sec`: those that are not 0. */
export function shiftTexts(shifts: {
  readonly cal_shift?: number
  readonly date_shift?: number
  readonly time_shift?: Duration
}): string {
  const { cal_shift = 0, date_shift = 0, time_shift = 0 } = shifts
  return `${text(cal_shift, 'cal days')}${text(date_shift, 'days')}${text(durationSeconds(time_shift), 'sec')}`
}

function text(count: number, unit: string): string {
  return count === 0 ? '' : ` ${count > 0 ? '+' : ''}${count} ${unit}`
}
