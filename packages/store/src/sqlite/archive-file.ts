import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { BUSY } from './connection.ts'
import { ARCHIVE_ID, migrate } from './migrate.ts'
import { ARCHIVE_STEPS } from './migrations/steps.ts'

/**
 * Opens an archive for writing, and makes it where there is none. It has no log beside it: it is one file between transactions, to be
 * moved, attached or read by anybody. Throws `StoreError` `STORE_ARCHIVE`.
 */
export function openArchiveFile(path: string): DatabaseSync {
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(path, { timeout: BUSY })
    db.exec('PRAGMA journal_mode = DELETE')
    db.exec('PRAGMA synchronous = FULL')
    db.exec('PRAGMA temp_store = MEMORY')
    migrate(db, ARCHIVE_STEPS, path, ARCHIVE_ID)
    return db
  } catch (error) {
    db?.close()
    const said = error instanceof Error ? error.message : String(error)
    const what =
      error instanceof StoreError && error.code === 'STORE_DAMAGED'
        ? 'it is another kind of file: choose another path'
        : said
    throw new StoreError('STORE_ARCHIVE', `${path} cannot be written as an archive: ${what}`, { cause: error })
  }
}
