import type { ConditionOutcome, Run, RunId, WaitingRun } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import { lengthUntil, type Moment } from './moment.ts'
import type { Clock } from './ports.ts'
import type { Timers } from './timers.ts'

/** How long runs may wait for their conditions, counted from when each began to wait, restarts included. */
export class WaitingLimit {
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #limit: Duration | null
  readonly #run: (id: RunId) => Run | undefined
  readonly #expired: (run: WaitingRun, outcome: ConditionOutcome) => void

  constructor(options: {
    clock: Clock
    timers: Timers
    /** Null: for ever. */
    limit: Duration | null
    run: (id: RunId) => Run | undefined
    expired: (run: WaitingRun, outcome: ConditionOutcome) => void
  }) {
    this.#clock = options.clock
    this.#timers = options.timers
    this.#limit = options.limit
    this.#run = options.run
    this.#expired = options.expired
  }

  /** The run waits. `decided`: when it began to, or was taken up. */
  arm(id: RunId, decided: Moment): void {
    const limit = this.#limit
    const since = this.#run(id)?.times.waiting
    if (limit === null || since === undefined) return
    // A clock that was set back while no server ran makes it no longer than it is.
    const left = lengthUntil(Math.min(since, decided.now) + limit, decided, this.#clock)
    this.#timers.after(`${id}/waiting`, left, () => {
      const run = this.#run(id)
      if (run?.state !== 'waiting') return
      const what = run.bound.conditions[run.waitingFor?.index ?? 0]?.str ?? 'its conditions'
      this.#expired(run, {
        type: 'goto',
        state: 'error',
        because: `waiting for ${what}: timeout after ${limit / 1000} s`,
      })
    })
  }
}
