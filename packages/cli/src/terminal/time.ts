import { parseWhen as parseQueryTime } from '@apsis/core/query'
import {
  type Instant,
  parseDaytime,
  parseDuration,
  type Parsed,
  parseInstant,
  parseZone,
  type Zone,
} from '@apsis/core/time'

/** A time for people: `YYYY-MM-DD HH:MM:SS` in a zone. */
export function localTime(instant: Instant, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(zone).toPlainDateTime()
  return local.toString({ smallestUnit: 'second' }).replace('T', ' ')
}

/** The zone of the reader; one that nothing knows, as of a mistaken `TZ`, says where it came from. */
export function readerZone(zone: string): Parsed<Zone> {
  const parsed = parseZone(zone)
  if (parsed.ok) return parsed
  return { ok: false, message: `${parsed.message}; the time zone of times is that of TZ, such as TZ=Europe/Paris` }
}

/** What times of a command are mostly of: of what is to come, `09:30` is the next; of what was, that of today, and `3d` is so long ago. */
export type Facing = 'ahead' | 'back'

/**
 * Reads TIME: what spec/apsis.md 9.1 has, `now` (null), `+DURATION`, a full time, a daytime, and what queries have beside: `-DURATION`,
 * days, dates, local times. The one reader of times of all commands.
 */
export function parseWhen(text: string, now: Instant, zone: string, facing: Facing = 'ahead'): Parsed<Instant | null> {
  if (text === 'now') return { ok: true, value: null }
  const time = parseInstant(text)
  if (time.ok) return time
  const [, sign, length = ''] = /^([+-])(.*)$/.exec(text) ?? []
  const duration = sign === undefined ? null : parseDuration(length)
  if (duration?.ok === true && duration.value >= 0) {
    return { ok: true, value: sign === '+' ? now + duration.value : now - duration.value }
  }
  const daytime = facing === 'ahead' ? daytimeOf(text) : null
  if (daytime?.ok) return { ok: true, value: nextDaytime(daytime.value, now, zone) }
  // Of what is to come, 2h may be meant as one or the other: to run something at once instead of later is worse than to ask.
  if (facing === 'ahead' && /^\d+(\.\d+)? ?[a-z]+$/.test(text)) {
    return { ok: false, message: `not a time: ${text}; say +${text} for so long ahead, -${text} for so long ago` }
  }
  const parsed = readerZone(zone)
  if (!parsed.ok) return parsed
  const when = /^\d{0,7}$/.test(text) ? null : parseQueryTime(text, { now, zone: parsed.value })
  if (when?.ok === true) return when
  return { ok: false, message: `not a time: ${text}; expected ${facing === 'ahead' ? AHEAD : BACK}` }
}

const DAYS =
  'today, yesterday, tomorrow, a date such as 2026-01-31, a time such as 2026-01-31T09:30:00Z or 2026-01-31T09:30'
const AHEAD = `now, +DURATION such as "+90 s" or +2h, -DURATION, ${DAYS}, or a daytime such as 09:30, which is the next one`
const BACK = `now, a duration ago such as 3d or -3d, +DURATION such as +2h, ${DAYS}, or a daytime of today such as 09:30`

/** With seconds or without: both mean the same. */
function daytimeOf(text: string): Parsed<number> | null {
  if (/^\d{1,2}:\d{2}$/.test(text)) return parseDaytime(`${text}:00`)
  return /^\d{1,2}:/.test(text) ? parseDaytime(text) : null
}

function nextDaytime(daytime: number, now: Instant, zone: string): Instant {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(zone)
  const at = Temporal.PlainTime.from('00:00').add({ milliseconds: Math.floor(daytime) })
  const today = local.withPlainTime(at).epochMilliseconds
  return today > now ? today : local.add({ days: 1 }).withPlainTime(at).epochMilliseconds
}
