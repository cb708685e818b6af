import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { BUSY } from './connection.ts'

/** Above this size the log is started over even if readers must be waited for. */
const LARGE: number = 256 * 1024 * 1024

/** How long one commit waits for readers in order to start the log over, ms. */
const PATIENCE = 50

/**
 * Keeps the write-ahead log of a database bounded. SQLite starts it over only at a moment without readers, which may never come
 * while they overlap: past 256 MiB, and then every 64 MiB, a commit waits up to 50 ms for them.
 */
export class LogSize {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #large: number
  #next: number

  constructor(db: DatabaseSync, path: string, large: number = LARGE) {
    this.#db = db
    this.#large = large
    this.#next = large
    this.#path = `${path}-wal`
  }

  /** Call after a commit. */
  check(): void {
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
    if (size < this.#next) return
    this.#next = this.#startOver() ? this.#large : size + this.#large / 4
  }

  #startOver(): boolean {
    try {
      this.#db.exec(`PRAGMA busy_timeout = ${PATIENCE}`)
      return this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0
    } catch {
      // What was committed is durable in the log. A disk that fails here fails the next commit, which says so.
      return false
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY}`)
    }
  }
}
