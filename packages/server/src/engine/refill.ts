import type { Run } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { Store } from '@apsis/store/port'
import type { LiveRuns } from './live-runs.ts'
import type { Clock, Log } from './ports.ts'
import { NEAR } from './run-table.ts'
import type { Timers } from './timers.ts'

/** Runs due soon that are taken from the store at a time. */
const REFILL = 10_000
/** Time to the next look when there was more than one look could take, or when the store failed, ms. */
const SOON = 100

/** Scheduled runs come into memory shortly before they are due: `take` is given them, again and again where they are known. `first`: time to the first look, ms. */
export function refillLater(
  ports: {
    readonly store: Pick<Store, 'read'>
    readonly clock: Clock
    readonly timers: Timers
    readonly log: Log
    readonly live: Pick<LiveRuns, 'size' | 'noteDeleted'>
    /** Takes up, in turns of its own, those that are not held and that `isStale` does not say to be otherwise by now. Resolves when it is done. */
    take(runs: readonly Run[], isStale: (run: Run) => boolean): Promise<void>
  },
  first: Duration,
): void {
  const { store, clock, timers, log, live } = ports
  const again = (after: Duration): void => timers.set('refill', clock.now() + after, look)
  const look = (): void => {
    // Those that are held come first: the limit must reach beyond them.
    const limit = live.size + REFILL
    // What begins and ends while it is read, and taken up piece by piece, is no longer what was read.
    const deleted = live.noteDeleted()
    store.read.scheduledRuns(clock.now() + NEAR, limit).then(
      (runs) => {
        void ports.take(runs, ({ id }) => deleted.ids.has(id)).then(() => deleted.end())
        again(runs.length >= limit ? SOON : NEAR / 2)
      },
      (error: unknown) => {
        deleted.end()
        log.error('cannot read the scheduled runs', { error: String(error) })
        again(SOON)
      },
    )
  }
  again(first)
}
