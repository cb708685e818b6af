import { backup, type DatabaseSync } from 'node:sqlite'
import { chmod } from 'node:fs/promises'
import { StoreError } from '../port/index.ts'
import { openReader } from '../sqlite/connection.ts'
import { failureOf } from '../sqlite/failure.ts'
import { readFirstRows } from '../sqlite/first-rows.ts'
import { sync } from './files.ts'
import { LogWatch } from './log-watch.ts'

/** Pages copied at a time: 4 MiB. */
const RATE = 1_024

/** A database as it is at one moment, whatever is written to it afterwards. */
export class Snapshot {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #log: LogWatch

  /** Takes the moment, of a database that a server would start with. `logMost`: how much the log may grow until it is copied, bytes. Throws `StoreError`. */
  constructor(path: string, logMost: number) {
    this.#path = path
    this.#log = new LogWatch(path, logMost)
    try {
      this.#db = openReader(path, 1_024)
    } catch (error) {
      throw storeError(error, path)
    }
    try {
      // The read makes the transaction begin; without one, the copy would begin anew whenever somebody writes, and never end.
      this.#db.exec('BEGIN')
      // It looks for what a server that starts looks for: what it would not start with is no backup.
      readFirstRows(this.#db)
    } catch (error) {
      this.#db.close()
      throw refused(error, path)
    }
  }

  /** Copies it to a new file, durably; `STORE_BACKUP` where the log grew too much meanwhile. `progress` hears of the pages copied, and of all. Who writes to the database meanwhile is not delayed. */
  async copyTo(destination: string, progress: (done: number, all: number) => void): Promise<void> {
    try {
      await backup(this.#db, destination, {
        rate: RATE,
        // What it throws ends the copy.
        progress: ({ totalPages, remainingPages }) => {
          this.#log.check()
          progress(totalPages - remainingPages, totalPages)
        },
      })
      await chmod(destination, 0o600)
      await sync(destination)
    } catch (error) {
      throw storeError(error, this.#path)
    }
  }

  close(): void {
    this.#db.close()
  }
}

/** To be thrown where the database is damaged. */
function refused(error: unknown, path: string): StoreError {
  const failure = storeError(error, path)
  if (failure.code !== 'STORE_DAMAGED') return failure
  const wayOut = 'No backup was made; to keep a copy all the same, stop the server and copy the folder (cp -r)'
  return new StoreError(failure.code, `${failure.message}. ${wayOut}`, { cause: error })
}

function storeError(error: unknown, path: string): StoreError {
  const { code, message } = failureOf(error, path)
  return new StoreError(code, message, { cause: error })
}
