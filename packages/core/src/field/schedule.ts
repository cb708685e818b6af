import { z } from 'zod'
import type { JsonObject } from '../json/index.ts'
import { type Calendar, findCalendar } from '../schedule/index.ts'
import { DEFAULT_DST, type DstPolicy, parseZone, type Zone } from '../time/index.ts'
import { refuse } from './scalar.ts'

/** A time zone by its name in the tz database. */
export const zoneField: z.ZodType<Zone, unknown> = z
  .string({ error: 'expected the name of a time zone, as Europe/Paris' })
  .transform((name, ctx) => {
    const zone = parseZone(name)
    return zone.ok ? zone.value : refuse(ctx, zone.message, 'as Europe/Paris, US/Eastern or UTC')
  })

/** A calendar by its name; `all` where none is given. */
export const calendarField: z.ZodType<Calendar, unknown> = z
  .string({ error: 'expected the name of a calendar, as Mon-Fri' })
  .default('all')
  .transform((name, ctx) => {
    const calendar = findCalendar(name)
    return calendar.ok ? calendar.value : refuse(ctx, calendar.message, 'as all, none, Mon-Fri or Mon,Wed,Fri')
  })

/** What to do with a daytime that clocks skip, or show twice. */
export const dstField: z.ZodType<DstPolicy, unknown> = z
  .strictObject({
    gap: z.enum(['skip', 'next', 'shift']).default(DEFAULT_DST.gap),
    fold: z.enum(['first', 'second', 'both']).default(DEFAULT_DST.fold),
  })
  .prefault({})

/** The normal form of `dst`: nothing where it is the default. */
export function dstJson(dst: DstPolicy): JsonObject {
  const json = {
    ...(dst.gap === DEFAULT_DST.gap ? {} : { gap: dst.gap }),
    ...(dst.fold === DEFAULT_DST.fold ? {} : { fold: dst.fold }),
  }
  return Object.keys(json).length === 0 ? {} : { dst: json }
}
