import { isMapping } from '@apsis/core/document'
import type { JsonObject } from '@apsis/core/json'
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

/** What one server leaves to the next: what ages counted by, and for how long the wall clock had been ahead of that while a server ran, ms. */
export interface KeptAge {
  readonly time: Instant
  readonly ahead: Duration
}

/** What a server before this one kept with the last sign of its life, or that sign itself; null for none. */
export function keptAge(json: JsonObject): KeptAge | null {
  const { time, ages } = json
  if (isMapping(ages) && typeof ages['time'] === 'number' && typeof ages['ahead'] === 'number')
    return { time: ages['time'], ahead: ages['ahead'] }
  return typeof time === 'number' ? { time, ahead: 0 } : null
}

/**
 * The clock that ages of runs count by. It follows the wall clock back at once, and forward only when it has been ahead for a day: a clock that is set forward by
 * mistake makes no run older, and one that was wrong at the start, or a machine that slept, is behind for a day and not for ever. So it is between two
 * servers: where the wall clock is over an hour ahead of what ages counted by last, servers have to run for a day before that counts.
 */
export class AgeClock {
  readonly #clock: Pick<Clock, 'now' | 'monotonic' | 'after'>
  readonly #samples: Sample[] = []
  #cancel = (): void => {}

  /** `kept`: of the server before this one; null where there was none. */
  constructor(clock: Pick<Clock, 'now' | 'monotonic' | 'after'>, kept: KeptAge | null = null) {
    this.#clock = clock
    const at = clock.monotonic()
    const ahead = clock.now() - at
    if (kept !== null && clock.now() - kept.time > LOOK) {
      const first = at - kept.ahead
      this.#samples.push({ first: first - LOOK, ahead: kept.time - at }, { first, ahead })
    }
    this.#look()
  }

  /** To be kept for the next server, now and then. */
  kept(): KeptAge {
    const time = this.now()
    const at = this.#clock.monotonic()
    const least = time - at
    const next = this.#samples.findLastIndex(({ ahead }) => ahead <= least + LOOK) + 1
    return { time, ahead: Math.max(0, at - (this.#samples[next]?.first ?? at)) }
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
