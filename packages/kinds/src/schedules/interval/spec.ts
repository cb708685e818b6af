import { durationField, instantField, refuseAt } from '@apsis/core/field'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import { intervalFault, intervalOccurrences } from '@apsis/core/schedule'
import { DAY, durationSeconds, formatInstant, type Instant } from '@apsis/core/time'
import { z } from 'zod'

const UNIX_EPOCH: Instant = 0

const schema = z
  .strictObject({
    type: z.literal('interval'),
    interval: durationField,
    phase: durationField.default(0),
    epoch: instantField.default(UNIX_EPOCH),
  })
  .transform(({ interval, phase, epoch }, ctx): ScheduleSpec => {
    const fault = intervalFault(interval, phase)
    if (fault !== null) return refuseAt(ctx, fault.key, fault.message)
    const rule = { interval, phase: phase + 0, epoch }
    const seconds = durationSeconds(interval)
    return {
      type: 'interval',
      json: {
        type: 'interval',
        interval: seconds,
        phase: durationSeconds(rule.phase),
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
