import type { Duration, Instant } from '@apsis/core/time'
import type { Clock } from '../../engine/index.ts'

/** How long the wall clock has to be ahead before ages count from there, ms. */
const LASTING = 86_400_000
/** How often it is looked at anyway, ms: one sample stays of each such length, so some 26 of them. */
const LOOK = 3_600_000

/** How far the wall clock was ahead of the one that is never set: the least that was seen within a `LOOK`, and when it was first seen there. */
interface Sample {
  readonly first: Duration
  ahead: Duration
}

/**
 * The clock that ages of runs count by. It follows the wall clock back at once, and forward only when it has been ahead for a day: a clock that is set forward by
 * mistake makes no run older, and one that was wrong at the start, or a machine that slept, is behind for a day and not for ever.
 */
export class AgeClock {
  readonly #clock: Pick<Clock, 'now' | 'monotonic' | 'after'>
  readonly #samples: Sample[] = []
  #cancel = (): void => {}

  constructor(clock: Pick<Clock, 'now' | 'monotonic' | 'after'>) {
    this.#clock = clock
    this.#look()
  }

  /** Looks at the clocks from now on, also where nobody asks. */
  start(): void {
    this.#cancel = this.#clock.after(LOOK, () => {
      this.#look()
      this.start()
    })
  }

  stop(): void {
    this.#cancel()
  }

  /** What ages count by: never ahead of the wall clock. */
  now(): Instant {
    return this.#look() + this.#samples.reduce((least, { ahead }) => Math.min(least, ahead), Infinity)
  }

  /** How far the wall clock is ahead of `now`, ms. */
  behind(): Duration {
    const now = this.now()
    return Math.max(0, this.#clock.now() - now)
  }

  /** Notes how the clocks are, and forgets what was before a day ago but for the last of it. The clock that is never set. */
  #look(): Duration {
    const at = this.#clock.monotonic()
    const ahead = this.#clock.now() - at
    const samples = this.#samples
    const last = samples.at(-1)
    if (last !== undefined && Math.floor(last.first / LOOK) === Math.floor(at / LOOK)) {
      last.ahead = Math.min(last.ahead, ahead)
    } else samples.push({ first: at, ahead })
    while ((samples[1]?.first ?? Infinity) <= at - LASTING) samples.shift()
    return at
  }
}
