import type { DatabaseSync } from 'node:sqlite'

/** How long one slice of upkeep may take before its commit, ms: what a commit of the engine waits behind at most, with one sync. */
export const SLICE_MS = 4

/**
 * Runs `work` in a transaction of its own; what it throws, or a commit that fails, rolls it back. No transaction is left, not even one that could not be
 * rolled back the time before: it would hold its state of the database, and the next could not begin.
 */
export function inTransaction<Value>(
  db: DatabaseSync,
  work: () => Value,
  begin: 'BEGIN' | 'BEGIN IMMEDIATE' = 'BEGIN IMMEDIATE',
): Value {
  try {
    db.exec(begin)
    const value = work()
    db.exec('COMMIT')
    return value
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** True until a slice that began now has taken its time. */
export function sliceTimer(): () => boolean {
  const end = performance.now() + SLICE_MS
  return () => performance.now() < end
}
