import { type CivilDate, dateOf, formatDate } from './date.ts'
import { daytimeOf, formatDaytime } from './daytime.ts'
import { threeDigits } from './digits.ts'
import type { Instant } from './instant.ts'
import type { Parsed } from './parsed.ts'
import { DAY, HOUR, MINUTE, SECOND } from './unit.ts'

/** 0001-01-01T00:00:00Z, the first instant that has a text form. */
export const FIRST_INSTANT: Instant = -62_135_596_800_000
/** 10000-01-01T00:00:00Z: instants with a text form are before it. */
export const END_OF_TIME: Instant = 253_402_300_800_000

const EXTENDED = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/
const BASIC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})()Z$/

/**
 * Reads a time: ISO 8601 with seconds and `Z` or `±HH:MM`, or `YYYYMMDDTHHMMSSZ`. A zone is required; fractions are cut off
 * after microseconds. Source: spec/apsis.md 1.5.
 */
export function parseInstant(text: string): Parsed<Instant> {
  const match = EXTENDED.exec(text) ?? BASIC.exec(text)
  if (match === null) {
    const expected = 'expected YYYY-MM-DDTHH:MM:SS and a zone, Z or ±HH:MM'
    return { ok: false, message: `can't parse as time: ${text}: ${expected}` }
  }
  const [, year, month, day, hour, minute, second, point, sign, offsetHours = '0', offsetMinutes = '0'] = match
  const date = dateOf(Number(year), Number(month), Number(day))
  const daytime = daytimeOf(Number(hour), Number(minute), Number(second), point === '' ? undefined : point)
  if (date === null || daytime === null) return { ok: false, message: `can't parse as time: ${text}: no such time` }
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) {
    return { ok: false, message: `can't parse as time: ${text}: no such offset` }
  }
  const offset = (Number(offsetHours) * HOUR + Number(offsetMinutes) * MINUTE) * (sign === '-' ? -1 : 1)
  const instant = date * DAY + daytime - offset
  return instant >= FIRST_INSTANT && instant < END_OF_TIME
    ? { ok: true, value: instant }
    : { ok: false, message: `can't parse as time: ${text}: outside the years 1 to 9999` }
}

/** UTC as args and messages carry it: `YYYY-MM-DDTHH:MM:SS[.fraction]+00:00`, up to microseconds, no trailing zeros. Years 1 to 9999. */
export function formatInstant(instant: Instant): string {
  // Apart from the rest, microseconds survive far from 1970 too, where an instant cannot hold them.
  const whole = Math.floor(instant)
  const micros = Math.round((instant - whole) * 1_000)
  const { date, daytime } = utc(micros === 1_000 ? whole + 1 : whole)
  return `${formatDate(date)}T${formatDaytime(daytime + (micros % 1_000) / 1_000)}+00:00`
}

/** UTC as the API carries it: milliseconds, cut off, always three digits: `2026-01-02T03:04:05.600+00:00`. Years 1 to 9999. */
export function formatInstantMs(instant: Instant): string {
  const { date, daytime } = utc(Math.floor(instant))
  const ms = daytime % SECOND
  return `${formatDate(date)}T${formatDaytime(daytime - ms)}.${threeDigits(ms)}+00:00`
}

/** Date and daytime of an instant in UTC. */
export function utc(instant: Instant): { readonly date: CivilDate; readonly daytime: number } {
  const date = Math.floor(instant / DAY)
  return { date, daytime: instant - date * DAY }
}
