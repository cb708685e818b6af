import { z } from 'zod'
import { parseDate } from '../time/date.ts'
import { type Daytime, parseDaytime } from '../time/daytime.ts'
import { parseDuration } from '../time/duration.ts'
import { parseInstant } from '../time/instant-text.ts'
import { DAY } from '../time/unit.ts'
import type { Duration, Instant } from '../time/instant.ts'
import { daytimeHint, durationHint } from './hints.ts'
import { refuse } from './scalar.ts'

const textOrNumber = (what: string): z.ZodUnion<[z.ZodString, z.ZodNumber]> =>
  z.union([z.string(), z.number()], { error: (issue) => `can't parse as ${what}: ${shown(issue.input)}` })

/** A duration, in ms; signed (spec/apsis.md 1.4). */
export const durationField: z.ZodType<Duration, unknown> = textOrNumber('duration')
  .transform((value, ctx) => {
    const parsed = parseDuration(value)
    return parsed.ok ? parsed.value : refuse(ctx, parsed.message, durationHint(String(value)))
  })
  .meta({ jsonSchema: { type: ['number', 'string'], examples: [90, '90 s', '1.5 h', '2 days'] }, written: 'duration' })

/** A daytime, in ms since midnight (spec/apsis.md 1.5). */
export const daytimeField: z.ZodType<Daytime, unknown> = textOrNumber('daytime')
  .transform((value, ctx) => {
    const parsed = parseDaytime(value)
    return parsed.ok ? parsed.value : refuse(ctx, parsed.message, daytimeHint(value))
  })
  .meta({ jsonSchema: { type: ['string', 'number'], examples: ['09:00:00'] }, written: 'daytime' })

/** A time with its zone (spec/apsis.md 1.5). */
export const timeField: z.ZodType<Instant, unknown> = z
  .string({ error: (issue) => `can't parse as time: ${shown(issue.input)}` })
  .transform((value, ctx) => {
    const parsed = parseInstant(value)
    return parsed.ok ? parsed.value : refuse(ctx, parsed.message, 'as 2026-01-31T09:00:00Z')
  })
  .meta({ jsonSchema: { type: 'string', examples: ['2026-01-31T09:00:00Z'] }, written: 'time' })

/** A time, or a date, which is its midnight in UTC. */
export const instantField: z.ZodType<Instant, unknown> = z.unknown().transform((value, ctx) => {
  const date = typeof value === 'string' ? parseDate(value) : null
  if (date?.ok) return date.value * DAY
  const time = timeField.safeParse(value)
  return time.success ? time.data : refuse(ctx, 'not a date, and not a time', 'as 2026-01-31, or 2026-01-31T09:00:00Z')
})

function shown(input: unknown): string {
  if (Array.isArray(input)) return 'a list'
  return typeof input === 'object' && input !== null ? 'a mapping' : String(input)
}
