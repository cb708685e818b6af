import { durationField, refuse, timeField } from '@apsis/core/field'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import { intervalFault, intervalOccurrences } from '@apsis/core/schedule'
import { DAY, durationSeconds, formatInstant, type Instant, parseDate } from '@apsis/core/time'
import { z } from 'zod'

const UNIX_EPOCH: Instant = 0

const epochField = z.unknown().transform((value, ctx) => {
  const date = typeof value === 'string' ? parseDate(value) : null
  if (date?.ok) return date.value * DAY
  const time = timeField.safeParse(value)
  return time.success ? time.data : refuse(ctx, 'not a date, and not a time', 'as 2026-01-31, or 2026-01-31T09:00:00Z')
})

const schema = z
  .strictObject({
    type: z.literal('interval'),
    interval: durationField,
    phase: durationField.default(0),
    epoch: epochField.default(UNIX_EPOCH),
  })
  .transform(({ interval, phase, epoch }, ctx): ScheduleSpec => {
    const fault = intervalFault(interval, phase)
    if (fault !== null) return refuse(ctx, fault)
    const rule = { interval, phase, epoch }
    const seconds = durationSeconds(interval)
    return {
      type: 'interval',
      json: {
        type: 'interval',
        interval: seconds,
        phase: durationSeconds(phase),
        ...(epoch === UNIX_EPOCH ? {} : { epoch: formatInstant(epoch) }),
      },
      str: `every ${seconds} sec`,
      occurrences: (from, to) => intervalOccurrences(rule, from, to),
      remarks: () =>
        DAY % interval === 0
          ? []
          : [
              `${seconds} s do not divide a day: counted from ${formatInstant(epoch)}, it is due at other daytimes from day to day`,
            ],
    }
  })

/** `interval`: every so often, counted from 1970-01-01T00:00:00Z or another epoch. */
export const interval: KindSyntax<ScheduleSpec> = {
  type: 'interval',
  aliases: ['apsis.schedule.interval.IntervalSchedule', 'apsis.schedule.IntervalSchedule'],
  schema,
}
