import { z } from 'zod'
import type { JsonObject } from '../json/index.ts'
import type { Calendar, CalendarSource } from '../calendar/index.ts'
import { DEFAULT_DST, type DstPolicy, type Duration, durationSeconds, parseZone, type Zone } from '../time/index.ts'
import { zoneHint } from './hints.ts'
import { refuse } from './scalar.ts'
import { durationField } from './time.ts'

/** A time zone by its name in the tz database. */
export const zoneField: z.ZodType<Zone, unknown> = z
  .string({ error: 'expected the name of a time zone, as Europe/Paris' })
  .transform((name, ctx) => {
    const zone = parseZone(name)
    return zone.ok ? zone.value : refuse(ctx, zone.message, zoneHint(name))
  })
  .meta({ jsonSchema: { type: 'string', examples: ['Europe/Paris', 'UTC'] }, written: 'time zone' })

/** A calendar by its name; `all` where none is given. */
export const calendarField = (calendars: CalendarSource): z.ZodType<Calendar, unknown> =>
  z
    .string({ error: 'expected the name of a calendar, as Mon-Fri' })
    .default('all')
    .transform((name, ctx) => {
      const calendar = calendars(name)
      return calendar.ok
        ? calendar.value
        : refuse(ctx, calendar.message, calendar.hint ?? 'as all, none, Mon-Fri or Mon,Wed,Fri')
    })
    .meta({
      jsonSchema: { type: 'string', default: 'all', examples: ['all', 'Mon-Fri', 'Mon,Wed,Fri'] },
      written: 'calendar',
    })

/** What to do with a daytime that clocks skip, or show twice; what is not said is left to the schedule. */
export const dstGivenField: z.ZodType<
  { gap?: DstPolicy['gap'] | undefined; fold?: DstPolicy['fold'] | undefined },
  unknown
> = z
  .strictObject({
    gap: z.enum(['skip', 'next', 'shift']).optional(),
    fold: z.enum(['first', 'second', 'both']).optional(),
  })
  .prefault({})

/** As `dstGivenField`, the rest being the default. */
export const dstField: z.ZodType<DstPolicy, unknown> = dstGivenField.transform((given) => dstWith(given, DEFAULT_DST))

/** What is said of a policy, and else the default. */
export function dstWith(
  { gap, fold }: { readonly gap?: DstPolicy['gap'] | undefined; readonly fold?: DstPolicy['fold'] | undefined },
  otherwise: DstPolicy,
): DstPolicy {
  return { gap: gap ?? otherwise.gap, fold: fold ?? otherwise.fold }
}

/** The normal form of `dst`: nothing where it is the default. */
export function dstJson(dst: DstPolicy, otherwise: DstPolicy = DEFAULT_DST): JsonObject {
  const json = {
    ...(dst.gap === otherwise.gap ? {} : { gap: dst.gap }),
    ...(dst.fold === otherwise.fold ? {} : { fold: dst.fold }),
  }
  return Object.keys(json).length === 0 ? {} : { dst: json }
}

/** `time_shift`: how much later than it says a schedule is due, in ms; signed; 0 where it is not said. */
export const timeShiftField: z.ZodType<Duration, unknown> = durationField.default(0).transform((shift) => shift + 0)

/** The normal form of `time_shift`: nothing where it is 0. */
export function timeShiftJson(shift: Duration): JsonObject {
  return shift === 0 ? {} : { time_shift: durationSeconds(shift) }
}
