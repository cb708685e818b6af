import { durationField, refuse } from '@apsis/core/field'
import type { KindSyntax, StopSpec } from '@apsis/core/kind'
import { durationStop } from '@apsis/core/schedule'
import { durationSeconds } from '@apsis/core/time'
import { z } from 'zod'

const schema = z
  .strictObject({
    type: z.literal('duration'),
    duration: durationField.transform((value, ctx) =>
      value >= 0 ? value : refuse(ctx, 'a run cannot be stopped before it is due'),
    ),
  })
  .transform(({ duration }): StopSpec => {
    const seconds = durationSeconds(duration)
    return {
      type: 'duration',
      json: { type: 'duration', duration: seconds },
      str: `stop ${seconds} s after schedule time`,
      stopTime: (due) => durationStop(duration, due),
    }
  })

/** `duration`: stops a run so long after its schedule time. */
export const duration: KindSyntax<StopSpec> = {
  type: 'duration',
  aliases: ['apsis.schedule.stop.DurationStopSchedule'],
  schema,
}
