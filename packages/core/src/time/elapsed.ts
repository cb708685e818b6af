import { twoDigits } from './digits.ts'
import type { Duration } from './instant.ts'

/** A length of time for people to read: `M:SS`, `H:MM:SS`, `D:HH:MM:SS`, in whole seconds, cut off. Source: spec/apsis.md 9.1. */
export function formatElapsed(elapsed: Duration): string {
  const sign = elapsed <= -1_000 ? '-' : ''
  const seconds = Math.floor(Math.abs(elapsed) / 1_000)
  const parts = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ]
  const leading = parts.findIndex((part, index) => part > 0 || index === 2)
  return (
    sign +
    parts
      .slice(leading)
      .map((part, index) => (index === 0 ? String(part) : twoDigits(part)))
      .join(':')
  )
}
