import type { Run } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { Store } from '@apsis/store/port'
import { afterOnEither, offsetOf } from './either-clock.ts'
import type { FailingReads } from './failing-reads.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Clock } from './ports.ts'
import { NEAR } from './run-table.ts'

/** Runs due soon that are taken from the store at a time. */
const REFILL = 10_000
/** Time to the next look when there was more than one look could take, ms. */
const SOON = 100

const WHAT = 'the runs that are due soon: none of them starts meanwhile'

/** Scheduled runs come into memory shortly before they are due: `take` is given them, again and again where they are known. `first`: time to the first look, ms. Returns a function that ends it. */
export function refillLater(
  ports: {
    readonly store: Pick<Store, 'read'>
    readonly clock: Clock
    readonly failing: FailingReads
    readonly live: Pick<LiveRuns, 'size' | 'noteDeleted'>
    /** Takes up, in turns of its own, those that are not held and that `isStale` does not say to be otherwise by now. Resolves when it is done. */
    take(runs: readonly Run[], isStale: (run: Run) => boolean): Promise<void>
  },
  first: Duration,
): () => void {
  const { store, clock, failing, live } = ports
  let stopped = false
  let cancel = (): void => {}
  // Set back, the clock must not put the next look off; set forward, it brings what is due sooner, also where it was set back before.
  const again = (after: Duration, offset: Duration): void => {
    if (!stopped) cancel = afterOnEither(clock, after, look, offset)
  }
  const look = (): void => {
    const offset = offsetOf(clock)
    // Those that are held come first: the limit must reach beyond them.
    const limit = live.size + REFILL
    // What begins and ends while it is read, and taken up piece by piece, is no longer what was read.
    const deleted = live.noteDeleted()
    store.read.scheduledRuns(clock.now() + NEAR, limit).then(
      (runs) => {
        failing.well(WHAT, WHAT)
        void ports.take(runs, ({ id }) => deleted.ids.has(id)).then(() => deleted.end())
        again(runs.length >= limit ? SOON : NEAR / 2, offset)
      },
      (error: unknown) => {
        deleted.end()
        again(failing.failed(WHAT, WHAT, error), offset)
      },
    )
  }
  again(first, offsetOf(clock))
  return () => {
    stopped = true
    cancel()
  }
}
