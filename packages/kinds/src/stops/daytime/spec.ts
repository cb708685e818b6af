import { daytimeField, oddDaytimes, zoneField } from '@apsis/core/field'
import type { KindSyntax, StopSpec } from '@apsis/core/kind'
import { daytimeStop } from '@apsis/core/schedule'
import { formatDaytime } from '@apsis/core/time'
import { z } from 'zod'

const schema = z
  .strictObject({ type: z.literal('daytime'), daytime: daytimeField, tz: zoneField })
  .transform(({ daytime: at, tz }): StopSpec => {
    const text = formatDaytime(at)
    return {
      type: 'daytime',
      json: { type: 'daytime', daytime: text, tz: tz.name },
      str: `stop at ${text} ${tz.name} after schedule time`,
      stopTime: (due) => daytimeStop(at, tz, due),
    }
  })

/** `daytime`: stops a run when clocks in a time zone next show a daytime after its schedule time. */
export const daytime: KindSyntax<StopSpec> = {
  type: 'daytime',
  aliases: ['apsis.schedule.stop.DaytimeStopSchedule'],
  schema,
  odd: (value) => oddDaytimes(value, ['daytime']),
}
