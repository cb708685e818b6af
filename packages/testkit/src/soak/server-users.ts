import { setTimeout as wait } from 'node:timers/promises'
import type { RunSummary } from '@apsis/api/json'
import type { Random } from '../random/index.ts'
import type { FeedWatch, System } from '../system/index.ts'

/** Longest time between two things that users ask for, ms. */
const PAUSE = 120

/** Users of a soak: they ask for runs, stop, hold, release and start some, whatever becomes of the server meanwhile. */
export class SoakUsers {
  readonly #system: System
  readonly #feed: FeedWatch
  readonly #random: Random
  /** Things asked for that were answered. */
  answered = 0

  constructor(system: System, feed: FeedWatch, random: Random) {
    this.#system = system
    this.#feed = feed
    this.#random = random
  }

  /** Asks for things until told to end. */
  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await wait(this.#random.below(PAUSE))
      // No answer while the server is killed, and a run may be in another state by now: both are as it should be.
      await this.#one().then(
        () => this.answered++,
        () => {},
      )
    }
  }

  async #one(): Promise<unknown> {
    const { client } = this.#system
    const chance = this.#random.below(100)
    if (chance < 40) return client.schedule({ job_id: 'asked', args: {} }, { count: 1 + this.#random.below(20) })
    if (chance < 50) return client.schedule({ job_id: 'slow', args: {} })
    if (chance < 65)
      return this.#of(
        ({ state, job_id: job }) => state === 'running' && job === 'slow',
        (id) => client.stop(id),
      )
    if (chance < 70)
      return this.#of(
        ({ state }) => state === 'running' || state === 'starting',
        (id) => client.stop(id),
      )
    if (chance < 80) return this.#of(soon, (id) => client.hold(id, { reason: 'soak' }))
    if (chance < 90)
      return this.#of(
        ({ held }) => held !== undefined && held !== null,
        (id) => client.release(id, 'soak'),
      )
    if (chance < 95) return this.#of(soon, (id) => client.skip(id, 'soak'))
    return this.#of(soon, (id) => client.start(id, 'soak'))
  }

  /** Does something to one of the runs, where there is one. */
  async #of(which: (run: RunSummary) => boolean, task: (id: string) => Promise<unknown>): Promise<void> {
    const runs = [...this.#feed.runs.values()].slice(-1_000).filter(which)
    const one = runs[this.#random.below(Math.max(1, runs.length))]
    if (one !== undefined) await task(one.run_id)
  }
}

/** A run that is due within some seconds. */
function soon({ state, times }: RunSummary): boolean {
  return state === 'scheduled' && Date.parse(String(times['schedule'])) < Date.now() + 5_000
}
