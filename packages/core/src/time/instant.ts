/** A point in time: milliseconds since 1970-01-01T00:00:00Z on the wall clock; may carry a fraction (microseconds). */
export type Instant = number

/** An instant to the microsecond, or as near as numbers of its size come. */
export function toMicrosecond(instant: Instant): Instant {
  const whole = Math.floor(instant)
  return whole + Math.round((instant - whole) * 1_000) / 1_000
}

/** A length of time in milliseconds, never negative unless said. */
export type Duration = number
