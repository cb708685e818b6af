import { setImmediate as drained } from 'node:timers/promises'
import type { Clock } from '@apsis/server/engine'
import { type Timer, TimerHeap } from './timer-heap.ts'

/** Within this, a wall-clock wake-up notices that the clock was stepped, as the real clock does; ms. */
const NOTICED_WITHIN = 1_000

/** Resolves when every promise has settled that needs nothing of the outside: a tick comes after the last of them, and costs a tenth of a turn of the event loop. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))

interface Wake {
  readonly at: number
  readonly callback: () => void
  cancel: () => void
}

/**
 * Time that moves only when told. Callbacks run one at a time in the order of their times (then of their setting), and all promises settle between
 * two of them, so a run of the whole system is a function of its inputs.
 */
export class VirtualClock implements Clock {
  #now: number
  /** How far the wall clock was stepped away from true time, ms. */
  #step = 0
  #order = 0
  readonly #timers = new TimerHeap()
  readonly #wakes = new Set<Wake>()

  constructor(now: number) {
    this.#now = now
  }

  /** The wall clock. */
  now(): number {
    return this.#now + this.#step
  }

  monotonic(): number {
    return this.#now
  }

  /** Sets the wall clock forward or back by `ms`; true time goes on as before. */
  stepBy(ms: number): void {
    this.#step += ms
    for (const wake of this.#wakes) {
      wake.cancel()
      this.#arm(wake, NOTICED_WITHIN)
    }
  }

  soon(callback: () => void): void {
    this.after(0, callback)
  }

  /** Calls back `ms` of true time from now, in whole ms. */
  after(ms: number, callback: () => void): () => void {
    const timer: Timer = {
      at: this.#now + Math.max(0, Math.ceil(ms)),
      order: this.#order++,
      run: callback,
      cancelled: false,
    }
    this.#timers.push(timer)
    return () => {
      timer.cancelled = true
    }
  }

  wake(at: number, callback: () => void): () => void {
    const wake: Wake = { at, callback, cancel: () => {} }
    this.#wakes.add(wake)
    this.#arm(wake, Infinity)
    return () => {
      wake.cancel()
      this.#wakes.delete(wake)
    }
  }

  /** Runs what is due until `until` (true time); then it is `until`. */
  async runUntil(until: number): Promise<void> {
    await drained()
    for (let timer = this.#timers.take(until); timer !== undefined; timer = this.#timers.take(until)) {
      this.#now = timer.at
      timer.run()
      await settled()
    }
    this.#now = Math.max(this.#now, until)
    // What is really asynchronous (nothing of a simulation is) gets its turn.
    await drained()
  }

  #arm(wake: Wake, most: number): void {
    wake.cancel = this.after(Math.min(Math.max(0, wake.at - this.now()), most), () => {
      if (wake.at > this.now()) return this.#arm(wake, NOTICED_WITHIN)
      this.#wakes.delete(wake)
      wake.callback()
    })
  }
}
