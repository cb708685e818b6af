import type { DatabaseSync } from 'node:sqlite'

/** How long one slice of upkeep may take before its commit, ms: what a commit of the engine waits behind at most, with one sync. */
export const SLICE_MS = 4

/** Runs `work` in a transaction of its own; what it throws rolls it back. */
export function inTransaction<Value>(db: DatabaseSync, work: () => Value): Value {
  db.exec('BEGIN IMMEDIATE')
  try {
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
