import type { ConditionOutcome, Run, RunId, WaitingRun } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { Timers } from './timers.ts'

/** How long runs may wait for their conditions, counted from when each began to wait, restarts included. */
export class WaitingLimit {
  readonly #timers: Timers
  readonly #limit: Duration | null
  readonly #run: (id: RunId) => Run | undefined
  readonly #expired: (run: WaitingRun, outcome: ConditionOutcome) => void

  constructor(options: {
    timers: Timers
    /** Null: for ever. */
    limit: Duration | null
    run: (id: RunId) => Run | undefined
    expired: (run: WaitingRun, outcome: ConditionOutcome) => void
  }) {
    this.#timers = options.timers
    this.#limit = options.limit
    this.#run = options.run
    this.#expired = options.expired
  }

  /** The run waits. */
  arm(id: RunId): void {
    const limit = this.#limit
    const since = this.#run(id)?.times.waiting
    if (limit === null || since === undefined) return
    this.#timers.set(`${id}/waiting`, since + limit, () => {
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
