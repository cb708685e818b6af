import { useSyncExternalStore } from 'react'

const KEY = 'apsis.zone'

/** The zone of the browser. */
export const BROWSER_ZONE: string = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Zones to choose from, the browser's first. */
export const ZONES: readonly string[] = [
  ...new Set([BROWSER_ZONE, 'UTC', 'America/New_York', 'Europe/London', 'Asia/Tokyo']),
]

const watchers = new Set<() => void>()
let chosen = stored()

function stored(): string {
  try {
    const zone = window.localStorage.getItem(KEY)
    return zone !== null && ZONES.includes(zone) ? zone : BROWSER_ZONE
  } catch {
    return BROWSER_ZONE // storage is switched off
  }
}

/** Chooses the zone of all times on the page, and keeps it. */
export function chooseZone(zone: string): void {
  chosen = zone
  try {
    window.localStorage.setItem(KEY, zone)
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
  watchers.forEach((changed) => changed())
}

function watch(changed: () => void): () => void {
  watchers.add(changed)
  return () => watchers.delete(changed)
}

/** The chosen zone. */
export function useZone(): string {
  return useSyncExternalStore(watch, () => chosen)
}
