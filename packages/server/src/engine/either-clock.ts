import type { Duration } from '@apsis/core/time'
import type { Clock } from './ports.ts'

/**
 * Calls back once when `delay` has passed, or as soon as the wall clock shows that much more: for who looks ahead on the wall clock. Set forward, it
 * has come nearer to where that look ended; set back, the next look must not be put off. Returns a function that cancels.
 */
export function afterOnEither(clock: Clock, delay: Duration, callback: () => void): () => void {
  const once = (): void => {
    cancel()
    callback()
  }
  const cancels = [clock.after(delay, once), clock.wake(clock.now() + delay, once)]
  const cancel = (): void => cancels.forEach((each) => each())
  return cancel
}
