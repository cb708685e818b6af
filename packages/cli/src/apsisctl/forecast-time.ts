import { zoneHint } from '@apsis/core/field'
import { DAY, type Instant, parseZone } from '@apsis/core/time'
import { UsageError } from '../command/index.ts'
import { parseWhen } from '../terminal/index.ts'

/** The zone of that name; wrong use where there is none. */
export function zoneNamed(name: string): string {
  const zone = parseZone(name)
  if (!zone.ok) throw new UsageError(`--tz: ${zone.message}; ${zoneHint(name)}`)
  return name
}

/**
 * The window that `--from` and `--to` give: TIME as elsewhere, or a date, which is its first instant in the zone. `+DURATION` for `--to` is
 * after `--from`. Default: 24 hours from now.
 */
export function windowOf(
  options: { readonly from?: string; readonly to?: string },
  now: Instant,
  zone: string,
): { readonly from: Instant; readonly to: Instant } {
  const from = read('--from', options.from ?? 'now', now, zone)
  const to = options.to === undefined ? from + DAY : read('--to', options.to, options.to === 'now' ? now : from, zone)
  if (to <= from) throw new UsageError('--to: the end is not after the start')
  return { from, to }
}

function read(name: string, text: string, now: Instant, zone: string): Instant {
  const parsed = parseWhen(text, now, zone)
  if (!parsed.ok) throw new UsageError(`${name}: ${parsed.message}`)
  return parsed.value ?? now
}
