import { DAY, formatDate, formatDaytime, type Instant, type LocalTime, type Zone } from '../time/index.ts'
import { fail } from './fault.ts'

/** The instant at which clocks in a zone show a local time; the first or the second where they show it twice. Fails where they never do. */
export function instantOfLocal(local: LocalTime, zone: Zone, first: boolean): Instant {
  const [instant] = zone.instantsOf(local, { gap: 'skip', fold: first ? 'first' : 'second' })
  return instant ?? fail(`clocks in ${zone.name} never show ${localText(local)}`)
}

/** `YYYY-MM-DDTHH:MM:SS`, with a fraction where there is one. */
export function localText(local: LocalTime): string {
  const { date, daytime } = localParts(local)
  return `${formatDate(date)}T${formatDaytime(daytime)}`
}

/** Date and daytime of a local time. */
export function localParts(local: LocalTime): { readonly date: number; readonly daytime: number } {
  const date = Math.floor(local / DAY)
  return { date, daytime: local - date * DAY }
}
