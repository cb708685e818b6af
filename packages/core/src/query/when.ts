import {
  DAY,
  END_OF_TIME,
  FIRST_INSTANT,
  type Instant,
  MINUTE,
  type Parsed,
  parseDate,
  parseDaytime,
  parseDuration,
  parseInstant,
  type Zone,
} from '../time/index.ts'

/** What times of a query are relative to. */
export interface QueryClock {
  readonly now: Instant
  /** The zone of days, and of times without one. */
  readonly zone: QueryZone
}

/** What is asked of a zone: a browser answers it without the tables of the zones. */
export type QueryZone = Pick<Zone, 'localAt' | 'instantsOf'>

/** The forms of a time in a query, for people. */
export const WHEN =
  'now, today, yesterday, tomorrow, a duration ago (2h, 3d) or ahead (+2h), a date (2026-01-31), a time (2026-01-31T09:30, 09:30), or one with its zone (2026-01-31T09:30:00Z)'

const DAYS: ReadonlyMap<string, number> = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
])
const RELATIVE = /^([+-]?)(\d{1,9}(?:\.\d{1,6})?)(w|[a-z]+)$/
const LOCAL = /^(\d{4}-\d{2}-\d{2}|\d{8})[T ](.+)$/
const SHORT = /^\d{1,2}:\d{2}$/
const ZONED = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(Z|[+-]\d{2}:\d{2})$/

/** Reads a time of a query. A date is its first instant in the zone; a time that clocks skip is the first after it, one that they show twice the first. */
export function parseWhen(text: string, { now, zone }: QueryClock): Parsed<Instant> {
  const at = instantOf(text, now, zone)
  if (at === null || !(at >= FIRST_INSTANT && at < END_OF_TIME)) {
    return { ok: false, message: `not a time: ${JSON.stringify(text)}; expected ${WHEN}` }
  }
  return { ok: true, value: at }
}

function instantOf(text: string, now: Instant, zone: QueryZone): Instant | null {
  if (text === 'now') return now
  const day = DAYS.get(text)
  if (day !== undefined) return startOf(today(now, zone) + day, zone)
  const date = parseDate(text)
  if (date.ok) return startOf(date.value, zone)
  const [, sign, number = '', unit = ''] = RELATIVE.exec(text) ?? []
  if (sign !== undefined) {
    const span = unit === 'w' ? { ok: true as const, value: Number(number) * 7 * DAY } : parseDuration(number + unit)
    if (!span.ok) return null
    return sign === '+' ? now + span.value : now - span.value
  }
  const whole = parseInstant(text.replace(ZONED, '$1:00$2'))
  if (whole.ok) return whole.value
  const [, written, clock = ''] = LOCAL.exec(text) ?? []
  if (written === undefined) return localInstant(today(now, zone), text, zone)
  const civil = parseDate(written)
  return civil.ok ? localInstant(civil.value, clock, zone) : null
}

function localInstant(date: number, clock: string, zone: QueryZone): Instant | null {
  const daytime = parseDaytime(SHORT.test(clock) ? `${clock}:00` : clock)
  return daytime.ok ? firstOf(date * DAY + daytime.value, zone) : null
}

function startOf(date: number, zone: QueryZone): Instant | null {
  return firstOf(date * DAY, zone)
}

function firstOf(local: number, zone: QueryZone): Instant | null {
  return zone.instantsOf(local, { gap: 'next', fold: 'first' })[0] ?? null
}

function today(now: Instant, zone: QueryZone): number {
  return Math.floor(zone.localAt(now - (now % MINUTE)) / DAY)
}
