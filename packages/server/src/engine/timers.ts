import type { Duration, Instant } from '@apsis/core/time'
import type { Clock } from './ports.ts'
import { TimerQueue } from './timer-queue.ts'

/**
 * Keyed timers, some for an instant on the wall clock, some for a length of time on the clock that is never set. Setting a key again replaces its
 * timer, of whichever kind.
 */
export class Timers {
  readonly #clock: Clock
  readonly #instants: TimerQueue
  readonly #lengths: TimerQueue
  #stopped = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.#instants = new TimerQueue({ now: () => clock.now(), wake: (at, callback) => clock.wake(at, callback) })
    this.#lengths = new TimerQueue({
      now: () => clock.monotonic(),
      wake: (at, callback) => clock.after(at - clock.monotonic(), callback),
    })
  }

  get size(): number {
    return this.#instants.size + this.#lengths.size
  }

  /** Whether no timer fires within so many milliseconds. */
  quietFor(ms: Duration): boolean {
    return this.#instants.next > this.#clock.now() + ms && this.#lengths.next > this.#clock.monotonic() + ms
  }

  /** Fires when the wall clock shows `at`, however it is set meanwhile. */
  set(key: string, at: Instant, fire: () => void): void {
    if (this.#stopped) return
    this.#lengths.clear(key)
    this.#instants.set(key, at, fire)
  }

  /** Fires when `delay` has passed, however the wall clock is set meanwhile; soon for none or less. */
  after(key: string, delay: Duration, fire: () => void): void {
    if (this.#stopped) return
    this.#instants.clear(key)
    this.#lengths.set(key, this.#clock.monotonic() + delay, fire)
  }

  clear(key: string): void {
    this.#instants.clear(key)
    this.#lengths.clear(key)
  }

  /** Sets none from now on: what was still being read or written may want to. */
  stop(): void {
    this.#stopped = true
    this.#instants.stop()
    this.#lengths.stop()
  }
}
