import { formatInstantMs, type Instant, parseInstant } from '@apsis/core/time'
import { z } from 'zod'

/** A time as the API writes it: UTC, truncated to milliseconds, `YYYY-MM-DDTHH:MM:SS.mmm+00:00` (spec/apsis.md 1.5). */
export type ApiTime = string

/** The API form of an instant of the years 1 to 9999. */
export function formatTime(instant: Instant): ApiTime {
  return formatInstantMs(instant)
}

/** The instant of a time with a zone; null for anything else. */
export function parseTime(text: string): Instant | null {
  const parsed = parseInstant(text)
  return parsed.ok ? parsed.value : null
}

/** A time in the API form, kept as text. */
export const apiTimeSchema: z.ZodType<ApiTime> = z
  .string()
  .refine((text) => parseTime(text) !== null, 'expected a time with a zone, such as 2026-01-31T09:30:00Z')
  .meta({ format: 'date-time' })
