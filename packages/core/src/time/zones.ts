import type { Parsed } from './parsed.ts'
import { Zone } from './zone.ts'
import { buildZoneTable } from './zone-table.ts'

/** Zones kept at a time, of about 600 names; the one made first goes first. At most 10 KB each. */
export const MAX_ZONES = 256

const zones = new Map<string, Zone>()

/**
 * A time zone of the tz database, by its exact name (`Europe/Paris`, `US/Eastern`, `EST`, `UTC`); offsets like `+05:00`, `Z` and other
 * spellings of a known name are refused. Source: spec/apsis.md 1.5.
 */
export function parseZone(name: string): Parsed<Zone> {
  const known = zones.get(name)
  if (known !== undefined) return { ok: true, value: known }
  const meant = spelling(name)
  if (meant !== name) {
    return { ok: false, message: `unknown time zone: ${name}${meant === null ? '' : `: did you mean ${meant}?`}` }
  }
  const zone = new Zone(name, buildZoneTable(name))
  const [oldest] = zones.keys()
  if (zones.size >= MAX_ZONES && oldest !== undefined) zones.delete(oldest)
  zones.set(name, zone)
  return { ok: true, value: zone }
}

// How the tz database spells a name, whatever its case; null for an unknown name or an offset.
function spelling(name: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return null
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
  } catch {
    // Temporal says so by throwing, and has no other way to ask.
    return null
  }
}
