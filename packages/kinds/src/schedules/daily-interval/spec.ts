import type { CalendarSource } from '@apsis/core/calendar'
import {
  calendarField,
  daytimeField,
  dstField,
  dstJson,
  durationField,
  oddDaytimes,
  refuseAt,
  shortOrMapping,
  timeShiftField,
  timeShiftJson,
  zoneField,
} from '@apsis/core/field'
import type { Json } from '@apsis/core/json'
import type { KindSyntax, ScheduleSpec } from '@apsis/core/kind'
import {
  type DailyBound,
  type DailyIntervalRule,
  dailyIntervalFault,
  dailyIntervalOccurrences,
  isDailyIntervalEmpty,
} from '@apsis/core/schedule'
import { durationSeconds, formatDaytime, type Instant } from '@apsis/core/time'
import { z } from 'zod'
import { oddDays } from '../daily/odd-days.ts'
import { shifted, shiftField, shiftTexts } from '../shift.ts'

const boundField: z.ZodType<DailyBound, unknown> = shortOrMapping(
  daytimeField.transform((daytime) => ({ daytime, dateShift: 0, calShift: 0 })),
  z
    .strictObject({ daytime: daytimeField, date_shift: shiftField, cal_shift: shiftField })
    .transform(({ daytime, date_shift, cal_shift }) => ({ daytime, dateShift: date_shift, calShift: cal_shift })),
)

const schema = (calendars: CalendarSource): z.ZodType<ScheduleSpec, unknown> =>
  z
    .strictObject({
      type: z.literal('daily-interval'),
      tz: zoneField,
      calendar: calendarField(calendars),
      start: boundField,
      stop: boundField,
      interval: durationField,
      dst: dstField,
      time_shift: timeShiftField,
    })
    .transform(({ tz, calendar, start, stop, interval, dst, time_shift }, ctx): ScheduleSpec => {
      const rule: DailyIntervalRule = { zone: tz, calendar, start, stop, interval, dst }
      const fault = dailyIntervalFault(rule)
      if (fault !== null) return refuseAt(ctx, fault.key, fault.message)
      const seconds = durationSeconds(interval)
      const bounds = `from ${boundText(start)} to ${boundText(stop)} ${tz.name}`
      return {
        type: 'daily-interval',
        json: {
          type: 'daily-interval',
          tz: tz.name,
          calendar: calendar.name,
          start: boundJson(start),
          stop: boundJson(stop),
          interval: seconds,
          ...dstJson(dst),
          ...timeShiftJson(time_shift),
        },
        str: `${calendar.label} every ${seconds} sec ${bounds}${shiftTexts({ time_shift })}`,
        calendars: [calendar],
        occurrences: shifted((from, to) => dailyIntervalOccurrences(rule, from, to), time_shift),
        remarks: (from) => remarksOf(rule, from),
      }
    })

/** `daily-interval`: every so often between two daytimes, on the dates of a calendar, in a time zone. */
export const dailyInterval = (calendars: CalendarSource): KindSyntax<ScheduleSpec> => ({
  type: 'daily-interval',
  aliases: ['apsis.schedule.daily_interval.DailyIntervalSchedule', 'apsis.schedule.DailyIntervalSchedule'],
  schema: schema(calendars),
  odd: (value) => oddDaytimes(value, ['start', 'stop']),
})

function boundText({ daytime, calShift, dateShift }: DailyBound): string {
  return `${formatDaytime(daytime)}${shiftTexts({ cal_shift: calShift, date_shift: dateShift })}`
}

function boundJson({ daytime, calShift, dateShift }: DailyBound): Json {
  const text = formatDaytime(daytime)
  return calShift === 0 && dateShift === 0 ? text : { daytime: text, date_shift: dateShift, cal_shift: calShift }
}

function remarksOf(rule: DailyIntervalRule, from: Instant): string[] {
  const { zone, calendar, dst } = rule
  if (isDailyIntervalEmpty(rule)) return ['stop is not after start on the clock: it is never due']
  return [rule.start, rule.stop].flatMap(({ daytime, dateShift, calShift }, index) =>
    oddDays({ zone, calendar, daytimes: [daytime], dateShift, calShift, dst }, from, TEXTS).map(
      (remark) => `${index === 0 ? 'start' : 'stop'} ${remark}`,
    ),
  )
}

const TEXTS = {
  gap: {
    skip: 'clocks skip it, so nothing is due for that date',
    next: 'clocks skip it; it is when they have',
    shift: 'clocks skip it; it is as much later as they skip',
  },
  fold: {
    first: 'clocks show it twice; it is the first time',
    second: 'clocks show it twice; it is the second time',
    both: 'clocks show it twice; as start it is the first time, as stop the second',
  },
} as const
