import { DatabaseSync } from 'node:sqlite'

/** How long a statement waits for another process that has the database locked (a backup, a shell), ms. */
export const BUSY = 5_000

/** Pages of the log after which a commit copies it into the database: 16 MiB. */
const CHECKPOINT_PAGES = 4_000

/** What the log file is cut to when it starts over. */
const LOG_KEPT: number = 64 * 1024 * 1024

/** Opens a database for writing, and makes it when it is not there. */
export function openWriter(path: string, cacheKiB: number): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY })
  try {
    // Only while there is nothing in it yet does this have an effect: it lets unused space be given back in steps.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL')
    db.exec('PRAGMA journal_mode = WAL')
    db.exec('PRAGMA synchronous = FULL')
    db.exec(`PRAGMA cache_size = -${cacheKiB}`)
    db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    db.exec(`PRAGMA journal_size_limit = ${LOG_KEPT}`)
    db.exec('PRAGMA temp_store = MEMORY')
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/** Opens a database for reading. */
export function openReader(path: string, cacheKiB: number): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY, readOnly: true })
  try {
    db.exec(`PRAGMA cache_size = -${cacheKiB}`)
    db.exec('PRAGMA temp_store = MEMORY')
  } catch (error) {
    db.close()
    throw error
  }
  return db
}
