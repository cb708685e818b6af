import type { Clock } from '@apsis/server/engine'
import type { VirtualClock } from '../clock/index.ts'

/** The life of one simulated process: when it is killed, nothing that it was going to do happens. */
export class Lifetime implements Clock {
  readonly #clock: VirtualClock
  #dead = false
  /** What would have happened meanwhile, while it is suspended. */
  #frozen: (() => void)[] | null = null

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  get dead(): boolean {
    return this.#dead
  }

  kill(): void {
    this.#dead = true
    this.#frozen = null
  }

  get suspended(): boolean {
    return this.#frozen !== null
  }

  /** Nothing happens in it until it is resumed, as on a machine that sleeps; time goes on. */
  suspend(): void {
    this.#frozen ??= []
  }

  /** What was to happen meanwhile happens now, in its order. */
  resume(): void {
    const frozen = this.#frozen ?? []
    this.#frozen = null
    for (const callback of frozen) this.after(0, callback)
  }

  /** Does it, later where it is suspended, never where it is dead. */
  run(callback: () => void): void {
    if (this.#dead) return
    if (this.#frozen === null) callback()
    else this.#frozen.push(callback)
  }

  now(): number {
    return this.#clock.now()
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  wake(at: number, callback: () => void): () => void {
    return this.#clock.wake(at, () => this.run(callback))
  }

  soon(callback: () => void): void {
    this.after(0, callback)
  }

  /** Calls back `ms` of true time from now, if it lives. */
  after(ms: number, callback: () => void): () => void {
    return this.#clock.after(ms, () => this.run(callback))
  }
}
