import type { FailingReads } from './failing-reads.ts'
import type { Clock } from './ports.ts'

/** Reads under way at a time: a restart with thousands of live runs must not fill the store's queue. */
const AT_ONCE = 64
const WHAT = 'what is stored of live runs'

/** Reads that must succeed in the end, some at a time, each tried again until it does. What waits is bounded by live runs and what agents hold. */
export class RetryingReads {
  readonly #clock: Clock
  readonly #failing: FailingReads
  readonly #waiting: (() => Promise<void>)[] = []
  #underWay = 0
  #stopped = false

  constructor(clock: Clock, failing: FailingReads) {
    this.#clock = clock
    this.#failing = failing
  }

  /** Reads, now or when there is room, and gives what was read. `what` names it for the log. */
  add<T>(what: string, read: () => Promise<T>, then: (value: T) => void): void {
    this.#add(what, Symbol(what), read, then)
  }

  #add<T>(what: string, item: symbol, read: () => Promise<T>, then: (value: T) => void): void {
    this.#waiting.push(async () => {
      try {
        const value = await read()
        this.#failing.well(WHAT, item)
        if (!this.#stopped) then(value)
      } catch (error) {
        if (this.#stopped) return
        const wait = this.#failing.failed(WHAT, item, `${what}: ${String(error)}`)
        this.#clock.after(wait, () => this.#add(what, item, read, then))
      }
    })
    this.#next()
  }

  stop(): void {
    this.#stopped = true
    this.#waiting.length = 0
  }

  #next(): void {
    while (this.#underWay < AT_ONCE && !this.#stopped) {
      const one = this.#waiting.shift()
      if (one === undefined) return
      this.#underWay++
      void one().finally(() => {
        this.#underWay--
        this.#next()
      })
    }
  }
}
