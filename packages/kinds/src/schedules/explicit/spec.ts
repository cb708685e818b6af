import { timeField } from '@apsis/core/field'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import { explicitOccurrences } from '@apsis/core/schedule'
import { formatInstant } from '@apsis/core/time'
import { z } from 'zod'

const timesField = z
  .unknown()
  .transform((value) => (Array.isArray(value) || value === undefined ? value : [value]))
  .pipe(z.array(timeField).transform((times) => [...new Set(times)].sort((a, b) => a - b)))

const schema = z
  .strictObject({ type: z.literal('explicit'), times: timesField })
  .transform(({ times }): ScheduleSpec => {
    const texts = times.map(formatInstant)
    return {
      type: 'explicit',
      json: { type: 'explicit', times: texts },
      str: texts.join(','),
      occurrences: (from, to) => explicitOccurrences(times, from, to),
    }
  })

/** `explicit`: at certain times. */
export const explicit: KindSyntax<ScheduleSpec> = {
  type: 'explicit',
  aliases: ['apsis.schedule.explicit.ExplicitSchedule', 'apsis.schedule.ExplicitSchedule'],
  schema,
}
