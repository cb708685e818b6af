import type { Run } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { Store } from '@apsis/store/port'
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
    /** Scheduled runs that are held already. */
    held(): number
    take(runs: readonly Run[]): void
  },
  first: Duration,
): void {
  const { store, clock, timers, log } = ports
  const again = (after: Duration): void => timers.set('refill', clock.now() + after, look)
  const look = (): void => {
    // Those that are held come first: the limit must reach beyond them.
    const limit = ports.held() + REFILL
    store.read.scheduledRuns(clock.now() + NEAR, limit).then(
      (runs) => {
        ports.take(runs)
        again(runs.length >= limit ? SOON : NEAR / 2)
      },
      (error: unknown) => {
        log.error('cannot read the scheduled runs', { error: String(error) })
        again(SOON)
      },
    )
  }
  again(first)
}
