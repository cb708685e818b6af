import type { CalendarSource } from '@apsis/core/calendar'
import {
  calendarField,
  dstGivenField,
  dstJson,
  dstWith,
  refuse,
  timeShiftField,
  timeShiftJson,
  zoneField,
} from '@apsis/core/field'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import { type CronExpression, cronDst, cronOccurrences, type CronRule, parseCron } from '@apsis/core/schedule'
import { z } from 'zod'
import { shifted, shiftTexts } from '../shift.ts'
import { oddCronDays } from './odd-days.ts'

const HINT = 'as "30 9 * * MON-FRI": minute, hour, day of month, month, day of week; or @daily'

const cronField: z.ZodType<CronExpression, unknown> = z.string().transform((text, ctx) => {
  const cron = parseCron(text)
  return cron.ok ? cron.value : refuse(ctx, cron.message, HINT)
})

const schema = (calendars: CalendarSource): z.ZodType<ScheduleSpec, unknown> =>
  z
    .strictObject({
      type: z.literal('cron'),
      cron: cronField,
      tz: zoneField,
      calendar: calendarField(calendars),
      dst: dstGivenField,
      time_shift: timeShiftField,
    })
    .transform(({ cron, tz, calendar, dst, time_shift }): ScheduleSpec => {
      const usual = cronDst(cron)
      const rule: CronRule = { cron, zone: tz, calendar, dst: dstWith(dst, usual) }
      const dates = calendar.name === 'all' ? '' : ` on ${calendar.label}`
      return {
        type: 'cron',
        json: {
          type: 'cron',
          cron: cron.text,
          tz: tz.name,
          calendar: calendar.name,
          ...dstJson(rule.dst, usual),
          ...timeShiftJson(time_shift),
        },
        str: `cron ${cron.text} ${tz.name}${dates}${shiftTexts({ time_shift })}`,
        calendars: [calendar],
        occurrences: shifted((from, to) => cronOccurrences(rule, from, to), time_shift),
        remarks: (from) => (cron.everyHour ? [] : oddCronDays(rule, from)),
      }
    })

/** `cron`: when clocks in a time zone show what a cron expression says, on the dates of a calendar. */
export const cron = (calendars: CalendarSource): KindSyntax<ScheduleSpec> => ({
  type: 'cron',
  aliases: [],
  schema: schema(calendars),
})
