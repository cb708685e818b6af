import type { Duration } from './instant.ts'
import type { Parsed } from './parsed.ts'
import { DAY, HOUR, MINUTE, SECOND } from './unit.ts'

const UNITS: ReadonlyMap<string, number> = new Map([
  ...['s', 'sec', 'second', 'seconds'].map((name) => [name, SECOND] as const),
  ...['m', 'min', 'minute', 'minutes'].map((name) => [name, MINUTE] as const),
  ...['h', 'hour', 'hours'].map((name) => [name, HOUR] as const),
  ...['d', 'day', 'days'].map((name) => [name, DAY] as const),
])

/** The names of units of durations. */
export const DURATION_UNITS: readonly string[] = [...UNITS.keys()]

// A float as Python reads one: digits may be grouped by single underscores, and blanks around it do not matter.
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/
const WITH_UNIT = /^([+-]?\d+(?:\.\d*)?)\s*(\w+)$/

/**
 * Reads a duration: seconds as a number or text, or a number and a unit (`90`, `1.5h`, `2 days`). Signed; kept to the microsecond.
 * Texts of errors as in spec/apsis.md 1.4. Infinite and NaN are refused.
 */
export function parseDuration(input: string | number): Parsed<Duration> {
  const text = String(input)
  const trimmed = text.trim()
  if (FLOAT.test(trimmed)) return finite(text, Number(trimmed.replaceAll('_', '')) * SECOND)
  const match = WITH_UNIT.exec(text)
  if (match === null) return refuse(text)
  const [, number = '', name = ''] = match
  const unit = UNITS.get(name)
  if (unit === undefined) return { ok: false, message: `can't parse as duration: ${text}: unknown unit ${name}` }
  return finite(text, Number(number) * unit)
}

/** Seconds, as job files and the API carry durations. */
export function durationSeconds(duration: Duration): number {
  return Math.round(duration * 1_000) / 1_000_000
}

/** The shortest text that reads back as the same duration: `90s`, `2h`, `1.5s`, `1d`. */
export function formatDuration(duration: Duration): string {
  for (const [unit, name] of [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
  ] as const) {
    if (duration !== 0 && duration % unit === 0) return `${duration / unit}${name}`
  }
  const seconds = durationSeconds(duration)
  // A tiny or huge number prints with an exponent, which no unit may follow.
  const text = String(seconds)
  return text.includes('e') ? text : `${text}s`
}

function finite(text: string, duration: number): Parsed<Duration> {
  if (!Number.isFinite(duration)) return refuse(text)
  const micros = duration * 1_000
  return { ok: true, value: Number.isSafeInteger(Math.round(micros)) ? Math.round(micros) / 1_000 : duration }
}

function refuse(text: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message: `can't parse as duration: ${text}` }
}
