import { backup, type DatabaseSync } from 'node:sqlite'
import { chmod } from 'node:fs/promises'
import { StoreError } from '../port/index.ts'
import { openReader } from '../sqlite/connection.ts'
import { failureOf } from '../sqlite/failure.ts'
import { sync } from './files.ts'
import { LogWatch } from './log-watch.ts'

/** Pages copied at a time: 4 MiB. */
const RATE = 1_024

/** A database as it is at one moment, whatever is written to it afterwards. */
export class Snapshot {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #log: LogWatch

  /** Takes the moment. `logMost`: how much the log may grow until it is copied, bytes. Throws `StoreError`. */
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
      this.#db.prepare('SELECT count(*) FROM sqlite_schema').get()
    } catch (error) {
      this.#db.close()
      throw storeError(error, path)
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

function storeError(error: unknown, path: string): StoreError {
  const { code, message } = failureOf(error, path)
  return new StoreError(code, message, { cause: error })
}
