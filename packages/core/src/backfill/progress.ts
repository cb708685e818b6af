import type { Backfill, BackfillPosition } from './backfill.ts'

/** How many runs may be made now. */
export function room(backfill: Backfill, unfinished: number): number {
  return backfill.state === 'active' ? Math.max(0, backfill.concurrency - unfinished) : 0
}

/** The backfill after the run of an instant was made. */
export function advanced(backfill: Backfill, { due, scheduleKey }: BackfillPosition): Backfill {
  return { ...backfill, position: { due, scheduleKey }, made: backfill.made + 1 }
}

/** The backfill when nothing is left to make: done once its last run has ended; till then the very same. */
export function settled(backfill: Backfill, unfinished: number): Backfill {
  return backfill.state === 'active' && unfinished === 0 ? { ...backfill, state: 'done' } : backfill
}

/** The backfill that makes no more runs; one that has ended is the very same. */
export function cancelled(backfill: Backfill, message: string): Backfill {
  return backfill.state === 'active' ? { ...backfill, state: 'cancelled', message } : backfill
}
