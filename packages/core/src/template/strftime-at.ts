import { DAY, HOUR, type Instant, MINUTE } from '../time/index.ts'
import { strftime } from './strftime.ts'
import { toZone } from './zone-value.ts'

/** A time by a pattern: in UTC, or in the zone after an `@` at its end: `%Y-%m-%d %H:%M@Europe/Paris`. */
export function strftimeAt(instant: Instant, spec: string): string {
  const at = spec.lastIndexOf('@')
  const zone = toZone(at < 0 ? 'UTC' : spec.slice(at + 1))
  const offset = zone.offsetAt(instant)
  const local = instant + offset
  const date = Math.floor(local / DAY)
  const size = Math.abs(offset)
  const shown = {
    sign: offset < 0 ? '-' : '+',
    hours: Math.floor(size / HOUR),
    minutes: Math.floor((size % HOUR) / MINUTE),
  }
  return strftime({ date, daytime: local - date * DAY, offset: shown }, at < 0 ? spec : spec.slice(0, at))
}
