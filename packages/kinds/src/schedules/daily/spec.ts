import { calendarField, daytimeField, dstField, dstJson, integerField, zoneField } from '@apsis/core/field'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import { dailyOccurrences, type DailyRule } from '@apsis/core/schedule'
import { formatDaytime } from '@apsis/core/time'
import { z } from 'zod'
import { oddDays } from './odd-days.ts'

/** As many as there are seconds in a quarter of an hour: enough for any use, and a bound. */
const MAX_DAYTIMES = 900

const daytimesField = z
  .unknown()
  .transform((value) => (Array.isArray(value) || value === undefined ? value : [value]))
  .pipe(
    z
      .array(daytimeField)
      .min(1, 'expected at least one daytime')
      .max(MAX_DAYTIMES, `at most ${MAX_DAYTIMES} daytimes; an interval schedule has no limit`)
      .transform((daytimes) => [...new Set(daytimes)].sort((a, b) => a - b)),
  )

const schema = z
  .strictObject({
    type: z.literal('daily'),
    tz: zoneField,
    calendar: calendarField,
    daytime: daytimesField,
    date_shift: integerField.default(0),
    cal_shift: integerField.default(0),
    dst: dstField,
  })
  .transform(({ tz, calendar, daytime, date_shift, cal_shift, dst }): ScheduleSpec => {
    const rule: DailyRule = { zone: tz, calendar, daytimes: daytime, dateShift: date_shift, calShift: cal_shift, dst }
    const daytimes = daytime.map(formatDaytime)
    return {
      type: 'daily',
      json: {
        type: 'daily',
        tz: tz.name,
        calendar: calendar.name,
        daytime: daytimes,
        date_shift,
        cal_shift,
        ...dstJson(dst),
      },
      str: `${calendar.label} at ${daytimes.join(', ')} ${tz.name}${shift(cal_shift, 'cal days')}${shift(date_shift, 'days')}`,
      occurrences: (from, to) => dailyOccurrences(rule, from, to),
      remarks: (from) => oddDays(rule, from),
    }
  })

/** `daily`: at certain daytimes, on the dates of a calendar, in a time zone. */
export const daily: KindSyntax<ScheduleSpec> = {
  type: 'daily',
  aliases: ['apsis.schedule.daily.DailySchedule', 'apsis.schedule.DailySchedule'],
  schema,
}

function shift(count: number, unit: string): string {
  return count === 0 ? '' : ` ${count > 0 ? '+' : ''}${count} ${unit}`
}
