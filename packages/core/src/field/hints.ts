import { closest, closestPath } from '../document/index.ts'
import { DURATION_UNITS, formatDaytime, parseDaytime } from '../time/index.ts'

/** What to write instead of a text that is no duration. */
export function durationHint(text: string): string {
  const unit = /^[+-]?\d+(?:\.\d*)?\s*(\w+)$/.exec(text.trim())?.[1]
  if (unit === undefined || /^\d/.test(unit)) return 'as 90, "90 s", "1.5 h", "2 days"'
  const meant = closest(unit, DURATION_UNITS)
  return meant === null ? 'units are s, min, h and d: as "90 s", "1.5 h", "2 days"' : `did you mean '${meant}'?`
}

/** What to write instead of a text, or a number, that is no daytime. */
export function daytimeHint(written: string | number): string {
  const text = String(written).trim()
  const [, hour = '', minute = '', second, half] = /^(\d{1,2})(?::?(\d{2}))?(?::(\d{2}))?\s*([ap]m)?$/i.exec(text) ?? []
  if (hour === '' || (minute === '' && half === undefined)) return 'as "09:00:00"'
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
  const meant = parseDaytime(`${hours}:${minute || '00'}:${second ?? '00'}`)
  if (meant.ok) {
    const why = half !== undefined ? 'hours go from 00 to 23' : 'hours, minutes and seconds are needed'
    return `write "${formatDaytime(meant.value)}": ${why}`
  }
  if (hours === 24) return 'hours go from 00 to 23: midnight is "00:00:00", at the beginning of a date'
  return hours > 23 ? 'hours go from 00 to 23' : 'minutes and seconds go from 00 to 59'
}

/** What to write instead of a text that is no time zone. */
export function zoneHint(name: string): string {
  const meant = closestPath(name, Intl.supportedValuesOf('timeZone'))
  return meant === null ? 'as Europe/Paris, US/Eastern or UTC' : `did you mean '${meant}'?`
}
