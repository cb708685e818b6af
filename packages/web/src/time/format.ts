import type { Instant } from '@apsis/core/time'

const formatters = new Map<string, Intl.DateTimeFormat>()

/** The clock of a zone at an instant: year, month, day, hour, minute, second, as digits. Throws `RangeError` for an unknown zone. */
function clockOf(at: Instant, zone: string): Readonly<Record<string, string>> {
  let formatter = formatters.get(zone)
  if (formatter === undefined) {
    const two = '2-digit'
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    })
    formatters.set(zone, formatter)
  }
  return Object.fromEntries(formatter.formatToParts(at).map(({ type, value }) => [type, value]))
}

/** A time in full: `YYYY-MM-DD HH:MM:SS`. */
export function formatFull(at: Instant, zone: string): string {
  const { year = '', month, day, hour, minute, second } = clockOf(at, zone)
  return `${year.padStart(4, '0')}-${month}-${day} ${hour}:${minute}:${second}`
}

/** A time beside others: without the date on the day of `now`, without the year in its year. */
export function formatShort(at: Instant, zone: string, now: Instant): string {
  const full = formatFull(at, zone)
  const today = formatFull(now, zone)
  if (full.slice(0, 10) === today.slice(0, 10)) return full.slice(11)
  return full.slice(0, 4) === today.slice(0, 4) ? full.slice(5) : full
}

/** Milliseconds by which a zone's clock is ahead of UTC. */
export function offsetOf(at: Instant, zone: string): number {
  const { year, month, day, hour, minute, second } = clockOf(at, zone)
  const shown = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  return shown - Math.floor(at / 1000) * 1000
}

/** The instant at which the clocks of a zone show `YYYY-MM-DDTHH:MM` (seconds may follow); null where the text is none. */
export function parseLocal(text: string, zone: string): Instant | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null
  const shown = Date.parse(`${text}Z`)
  if (Number.isNaN(shown)) return null
  // The offset just before holds for the first of two such times, and for one in a gap.
  const before = shown - offsetOf(shown - 86_400_000, zone)
  const after = shown - offsetOf(shown + 86_400_000, zone)
  return [before, after].find((at) => at + offsetOf(at, zone) === shown) ?? before
}
