import {
  DAY,
  type Daytime,
  type DstPolicy,
  type Duration,
  END_OF_TIME,
  type Instant,
  type Zone,
} from '../time/index.ts'

// A stop has to come: where clocks skip the daytime, it comes at once when they have.
const STOP_DST: DstPolicy = { gap: 'next', fold: 'both' }

/** The stop time of `stop: duration`: at the latest the last millisecond of the year 9999. */
export function durationStop(duration: Duration, due: Instant): Instant {
  return Math.min(due + duration, END_OF_TIME - 1)
}

/**
 * The stop time of `stop: daytime`: when clocks in the zone next show the daytime, strictly after they show the schedule's own. The same
 * daytime is that of the next day. Where clocks skip it, the first instant after the gap.
 */
export function daytimeStop(daytime: Daytime, zone: Zone, due: Instant): Instant {
  const local = zone.localAt(due)
  const today = Math.floor(local / DAY)
  for (let date = local - today * DAY < daytime ? today : today + 1; ; date++) {
    const stop = zone.instantsOf(date * DAY + daytime, STOP_DST).find((instant) => instant > due)
    if (stop !== undefined) return stop
  }
}
