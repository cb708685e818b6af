import type { Duration, Instant } from '@apsis/core/time'
import type { Clock } from './ports.ts'

/** One moment on both clocks: what was decided at it may be carried out much later, and the wall clock be set meanwhile. */
export interface Moment {
  readonly now: Instant
  readonly monotonic: number
}

/** The present. */
export function presentMoment(clock: Clock): Moment {
  return { now: clock.now(), monotonic: clock.monotonic() }
}

/** How long it is from now until what was `at` by the wall clock of that moment; below 0 where it is past. */
export function lengthUntil(at: Instant, moment: Moment, clock: Clock): Duration {
  return at - moment.now - (clock.monotonic() - moment.monotonic)
}
