import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { BUSY } from './connection.ts'
import { failureOf } from './failure.ts'
import { lockFolder } from './lock.ts'

/**
 * Takes back what a migration that was killed left half-written: while it writes a database anew, that has a journal instead of a log, and only who may write can
 * take that back. To be called before a data folder is looked at by who only reads. While another process has the folder, that one does it. Nothing else is changed.
 * Throws `StoreError` `STORE_FOLDER` where it cannot be taken back.
 */
export function rollBackMigration(folder: string): void {
  const left = ['runs.db', 'outputs.db']
    .map((name) => join(folder, name))
    .filter((path) => (statSync(`${path}-journal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
  for (const path of left) {
    try {
      const lock = lockFolder(folder)
      try {
        rollBack(path)
      } finally {
        lock.close()
      }
    } catch (error) {
      if (error instanceof StoreError && error.code === 'STORE_LOCKED') return
      const why = failureOf(error, path).message
      const message = `a migration of ${path} was interrupted, and cannot be taken back now: ${why}`
      throw new StoreError('STORE_FOLDER', `${message}. apsisctl migrate, of a user that may write it, finishes it`, {
        cause: error,
      })
    }
  }
}

/** The first read does it. */
function rollBack(path: string): void {
  const db = new DatabaseSync(path, { timeout: BUSY })
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
  } finally {
    db.close()
  }
}
