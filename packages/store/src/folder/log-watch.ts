import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreError } from '../port/index.ts'

/** How much the log of a database may grow while it is copied, where nothing else is said, bytes. */
export const LOG_GROWTH_MOST: number = 4 * 1024 ** 3

/**
 * Watches the write-ahead log of a database of which a snapshot is held: until that is let go, what others write stays in the log. It may grow by so many
 * bytes, and by no more than is left free on its disk.
 */
export class LogWatch {
  readonly #path: string
  readonly #most: number
  readonly #before: number

  constructor(database: string, most: number) {
    this.#path = `${database}-wal`
    this.#most = most
    this.#before = this.#size()
  }

  /** Throws `StoreError` `STORE_BACKUP` where it grew too much. */
  check(): void {
    const grown = this.#size() - this.#before
    if (grown <= 0) return
    const { bavail, bsize } = statfsSync(dirname(this.#path))
    const most = Math.min(this.#most, bavail * bsize)
    if (grown <= most) return
    const [is, may] = [grown, most].map((bytes) => `${Math.floor(bytes / 1024 ** 2)} MiB`)
    const wayOut = 'Back up to a faster disk, when less is written, or with more room'
    throw new StoreError('STORE_BACKUP', `${this.#path} grew by ${is} during the copy, and may by ${may}. ${wayOut}`)
  }

  #size(): number {
    return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
  }
}
