import type { CalendarSource } from '@apsis/core/calendar'
import {
  calendarField,
  daytimeField,
  dstField,
  dstJson,
  oddDaytimes,
  timeShiftField,
  timeShiftJson,
  zoneField,
} from '@apsis/core/field'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import { dailyOccurrences, type DailyRule } from '@apsis/core/schedule'
import { formatDaytime } from '@apsis/core/time'
import { z } from 'zod'
import { shifted, shiftField, shiftTexts } from '../shift.ts'
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
  .meta({
    jsonSchema: {
      anyOf: [{ type: ['string', 'number'] }, { type: 'array', items: { type: ['string', 'number'] }, minItems: 1 }],
    },
    written: 'daytime or list of daytimes',
  })

const schema = (calendars: CalendarSource): z.ZodType<ScheduleSpec, unknown> =>
  z
    .strictObject({
      type: z.literal('daily'),
      tz: zoneField,
      calendar: calendarField(calendars),
      daytime: daytimesField,
      date_shift: shiftField,
      cal_shift: shiftField,
      dst: dstField,
      time_shift: timeShiftField,
    })
    .transform(({ tz, calendar, daytime, date_shift, cal_shift, dst, time_shift }): ScheduleSpec => {
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
          ...timeShiftJson(time_shift),
        },
        str: `${calendar.label} at ${daytimes.join(', ')} ${tz.name}${shiftTexts({ cal_shift, date_shift, time_shift })}`,
        calendars: [calendar],
        occurrences: shifted((from, to) => dailyOccurrences(rule, from, to), time_shift),
        remarks: (from) => oddDays(rule, from),
      }
    })

/** `daily`: at certain daytimes, on the dates of a calendar, in a time zone. */
export const daily = (calendars: CalendarSource): KindSyntax<ScheduleSpec> => ({
  type: 'daily',
  aliases: ['apsis.schedule.daily.DailySchedule', 'apsis.schedule.DailySchedule'],
  schema: schema(calendars),
  odd: (value) => oddDaytimes(value, ['daytime']),
})
