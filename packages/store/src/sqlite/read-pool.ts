import { StoreError } from '../port/index.ts'
import { type Lane, READS_WAITING_MOST } from './lane.ts'
import type { ReaderMethods } from './protocol.ts'
import { cancelled, timedOut } from './watch.ts'

/** A read that waits for a thread. */
interface Waiting {
  readonly since: number
  readonly begin: (lane: Lane) => Promise<void>
  readonly refuse: (error: StoreError) => void
}

/**
 * Threads that read history, one question each at a time, so that a heavy one holds up none of the others, and one that is no longer
 * wanted can be ended. What waits too long for a thread is refused as what takes too long.
 */
export class ReadPool {
  readonly #idle: Lane[]
  readonly #all: readonly Lane[]
  readonly #limit: number
  readonly #waiting = new Set<Waiting>()
  #reading = 0
  #closed = false
  #drained: (() => void) | null = null

  /** `limit`: longest that a read may wait, ms. */
  constructor(lanes: readonly Lane[], limit: number) {
    this.#all = lanes
    // The one that was used last is taken first: the others are started only when there is work for them.
    this.#idle = lanes.toReversed()
    this.#limit = limit
  }

  /** Reads that are not answered. */
  get waiting(): number {
    return this.#waiting.size + this.#reading
  }

  /** Asks a thread that is free, or the first that will be. Rejects with `StoreError`; `STORE_CANCELLED` when `signal` is aborted. */
  ask<Name extends keyof ReaderMethods>(
    signal: AbortSignal | undefined,
    method: Name,
    ...args: Parameters<ReaderMethods[Name]>
  ): Promise<ReturnType<ReaderMethods[Name]>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new StoreError('STORE_CLOSED', 'the store is closed'))
      if (signal?.aborted === true) return reject(cancelled())
      if (this.waiting >= READS_WAITING_MOST) {
        return reject(new StoreError('STORE_BUSY', `${this.waiting} reads wait already: ask again later`))
      }
      const drop = (): void => {
        if (this.#waiting.delete(waiting)) reject(cancelled())
      }
      const waiting: Waiting = {
        since: performance.now(),
        refuse: reject,
        begin: async (lane) => {
          signal?.removeEventListener('abort', drop)
          const stop = (): void => lane.cancel()
          signal?.addEventListener('abort', stop)
          try {
            resolve(await lane.ask(method, ...args))
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          } finally {
            signal?.removeEventListener('abort', stop)
          }
        },
      }
      signal?.addEventListener('abort', drop)
      this.#waiting.add(waiting)
      this.#next()
    })
  }

  /** Answers what was asked, then ends the threads. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.waiting > 0) await new Promise<void>((resolve) => (this.#drained = resolve))
    await Promise.all(this.#all.map((lane) => lane.close()))
  }

  #next(): void {
    for (const waiting of this.#waiting) {
      const late = performance.now() - waiting.since > this.#limit
      const lane = late ? undefined : this.#idle.pop()
      if (!late && lane === undefined) return
      this.#waiting.delete(waiting)
      if (lane === undefined) waiting.refuse(timedOut(this.#limit))
      else void this.#read(waiting, lane)
    }
    if (this.waiting === 0) this.#drained?.()
  }

  async #read(waiting: Waiting, lane: Lane): Promise<void> {
    this.#reading++
    lane.uncancel()
    await waiting.begin(lane)
    this.#reading--
    this.#idle.push(lane)
    lane.endWhenIdle()
    this.#next()
  }
}
