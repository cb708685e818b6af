import { fraction, twoDigits } from './digits.ts'
import type { Parsed } from './parsed.ts'
import { DAY, HOUR, MINUTE, SECOND } from './unit.ts'

/** A time of day as clocks show it: milliseconds since midnight, 0 to below 86,400,000; may carry a fraction (microseconds). */
export type Daytime = number

/** Reads `H:MM:SS` or `HH:MM:SS`, with a fraction or without, or a number of seconds since midnight. Source: spec/apsis.md 1.5. */
export function parseDaytime(input: string | number): Parsed<Daytime> {
  if (typeof input === 'number') {
    const daytime = micros(input * SECOND)
    return daytime >= 0 && daytime < DAY
      ? { ok: true, value: daytime }
      : { ok: false, message: `can't parse as daytime: ${input}: expected seconds since midnight, 0 to below 86400` }
  }
  const match = /^(\d{1,2}):(\d{2}):(\d{2})(\.\d+)?$/.exec(input)
  if (match === null) return { ok: false, message: `can't parse as daytime: ${input}: expected HH:MM:SS` }
  const daytime = daytimeOf(Number(match[1]), Number(match[2]), Number(match[3]), match[4])
  return daytime === null
    ? { ok: false, message: `can't parse as daytime: ${input}: no such daytime` }
    : { ok: true, value: daytime }
}

/** The daytime of clock digits (`point`: a fraction like `.25`, cut off after microseconds); null where a clock does not show it. */
export function daytimeOf(hour: number, minute: number, second: number, point: string | undefined): Daytime | null {
  if (hour > 23 || minute > 59 || second > 59) return null
  const part = point === undefined ? 0 : Number(point.slice(1, 7).padEnd(6, '0')) / 1_000
  return hour * HOUR + minute * MINUTE + second * SECOND + part
}

/** `HH:MM:SS`, with the fraction where there is one, without trailing zeros. */
export function formatDaytime(daytime: Daytime): string {
  const seconds = Math.floor(daytime / SECOND)
  const [hour, minute] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return `${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(seconds % 60)}${fraction(daytime - seconds * SECOND)}`
}

function micros(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
