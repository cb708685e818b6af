import { type Instant, parseDaytime, parseDuration, type Parsed, parseInstant } from '@apsis/core/time'

/** A time for people: `YYYY-MM-DD HH:MM:SS` in a zone. */
export function localTime(instant: Instant, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(zone).toPlainDateTime()
  return local.toString({ smallestUnit: 'second' }).replace('T', ' ')
}

/** Reads TIME (spec/apsis.md 9.1): `now` (null), `+DURATION`, a full time, or a daytime, which means the next one after `now` in `zone`. */
export function parseWhen(text: string, now: Instant, zone: string): Parsed<Instant | null> {
  if (text === 'now') return { ok: true, value: null }
  if (text.startsWith('+')) {
    const duration = parseDuration(text.slice(1))
    return duration.ok ? { ok: true, value: now + duration.value } : duration
  }
  const time = parseInstant(text)
  if (time.ok) return time
  const daytime = /^\d{1,2}:/.test(text) ? parseDaytime(text) : null
  if (daytime?.ok) return { ok: true, value: nextDaytime(daytime.value, now, zone) }
  const forms =
    'now, +DURATION such as "+90 s" or +2h, a time such as 2026-01-31T09:30:00Z, or a daytime such as 09:30:00'
  return { ok: false, message: `not a time: ${text}; expected ${forms}` }
}

function nextDaytime(daytime: number, now: Instant, zone: string): Instant {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(zone)
  const at = Temporal.PlainTime.from('00:00').add({ milliseconds: Math.floor(daytime) })
  const today = local.withPlainTime(at).epochMilliseconds
  return today > now ? today : local.add({ days: 1 }).withPlainTime(at).epochMilliseconds
}
