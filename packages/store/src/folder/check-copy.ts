import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { onFile } from '../sqlite/failure.ts'
import { readFirstRows } from '../sqlite/first-rows.ts'

/**
 * Looks for what a server that starts looks for, in a copy of the database of a backup at `source`: with one that it would not start with, what is there is not
 * to be replaced. Throws `StoreError` `STORE_DAMAGED`, which names `source`.
 */
export function checkCopy(copy: string, source: string): void {
  try {
    onFile(source, () => {
      // For writing, so that no log is left beside it.
      const db = new DatabaseSync(copy)
      try {
        readFirstRows(db)
      } finally {
        db.close()
      }
    })
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'STORE_DAMAGED') throw error
    const why = error.cause instanceof Error ? error.cause.message : String(error.cause)
    const message = `${source} is damaged (${why}), as the database was when the backup was made`
    throw new StoreError('STORE_DAMAGED', `${message}. Use another backup`, { cause: error.cause })
  }
}
