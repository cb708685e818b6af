import type { Duration } from '@apsis/core/time'
import type { Clock } from './ports.ts'

/** Within this it is noticed that the wall clock was set, ms. */
const NOTICED = 30_000
/** The wall clock was set when it is off by more than this from where it would be, ms. */
const SET = 1_000

/** How far the wall clock is from the one that is never set, ms. */
export function offsetOf(clock: Clock): Duration {
  return clock.now() - clock.monotonic()
}

/**
 * Calls back once when `delay` has passed, as soon as the wall clock shows that much more, or soon after that was set: for who looks ahead on the wall
 * clock. Set forward, it has come nearer to where that look ended; set back, the next look must not be put off, and what was seen to be near may have
 * been let go as far off before it is set forward again. `offset`: as of that look. Returns a function that cancels.
 */
export function afterOnEither(
  clock: Clock,
  delay: Duration,
  callback: () => void,
  offset: Duration = offsetOf(clock),
): () => void {
  let cancelStep = (): void => {}
  const cancel = (): void => {
    cancelWake()
    cancelStep()
  }
  const once = (): void => {
    cancel()
    callback()
  }
  const step = (left: Duration): void => {
    cancelStep = clock.after(Math.min(left, NOTICED), () => {
      const isSet = Math.abs(offsetOf(clock) - offset) > SET
      if (isSet || left <= NOTICED) once()
      else step(left - NOTICED)
    })
  }
  const cancelWake = clock.wake(clock.now() + delay, once)
  step(delay)
  return cancel
}
