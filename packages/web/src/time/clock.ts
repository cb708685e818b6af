import type { Instant } from '@apsis/core/time'
import { useSyncExternalStore } from 'react'

/** A server clock nearer than this counts as right: the reply took some time, too. */
const TOLERANCE = 2_000
const TICK = 1_000

let offset = 0
let now: Instant = Date.now()
let timer: number | null = null
const watchers = new Set<() => void>()

/** Takes note of the server's clock, which all times on the page are of. */
export function observeServerTime(when: Instant): void {
  const ahead = when - Date.now()
  offset = Math.abs(ahead) < TOLERANCE ? 0 : ahead
}

/** Now, by the server's clock. */
export function serverNow(): Instant {
  return Date.now() + offset
}

function watch(changed: () => void): () => void {
  watchers.add(changed)
  now = serverNow()
  timer ??= window.setInterval(() => {
    now = serverNow()
    watchers.forEach((watcher) => watcher())
  }, TICK)
  return () => {
    watchers.delete(changed)
    if (watchers.size > 0 || timer === null) return
    window.clearInterval(timer)
    timer = null
  }
}

/** Now by the server's clock, anew each second. */
export function useNow(): Instant {
  return useSyncExternalStore(watch, () => now)
}

/** Now by the server's clock, anew each minute: for what need not change each second. */
export function useMinute(): Instant {
  return useSyncExternalStore(watch, () => Math.floor(now / 60_000) * 60_000)
}
