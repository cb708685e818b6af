import type { Clock } from '@apsis/server/engine'
import type { VirtualClock } from '../clock/index.ts'

/** The life of one simulated process: when it is killed, nothing that it was going to do happens. */
export class Lifetime implements Clock {
  readonly #clock: VirtualClock
  #dead = false

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  get dead(): boolean {
    return this.#dead
  }

  kill(): void {
    this.#dead = true
  }

  now(): number {
    return this.#clock.now()
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  wake(at: number, callback: () => void): () => void {
    return this.#clock.wake(at, () => this.#dead || callback())
  }

  soon(callback: () => void): void {
    this.after(0, callback)
  }

  /** Calls back `ms` of true time from now, if it lives. */
  after(ms: number, callback: () => void): () => void {
    return this.#clock.after(ms, () => this.#dead || callback())
  }
}
