import { resolve } from 'node:path'
import type { Store, StoreError } from '../port/index.ts'
import { prepareFolder } from './folder.ts'
import { READ_LIMIT, SEARCH_TIME } from './lane.ts'
import type { Migration } from './migrate.ts'
import { SqliteStore } from './sqlite-store.ts'

export interface SqliteOptions {
  /** The data folder. Made where there is none. */
  readonly folder: string
  /** Longest that one read of history may take, ms; then it is refused with `STORE_TIMEOUT`. Default 10,000. */
  readonly readLimit?: number
  /** How long the runs of one page are searched for before the page ends with what was found, ms. Default 25. */
  readonly searchTime?: number
  /** Threads that page through history, at least 1. Default 2. */
  readonly readThreads?: number
  /**
   * Told where a thread ended that the store cannot be without: one that writes, or the one that reads what the engine needs. From then on what needs it
   * rejects, for ever: close the store, and open it anew, best in a new process. What was acknowledged is durable. Threads of other reads are replaced.
   */
  readonly died?: (error: StoreError) => void
  /** Told before a database of an older version is brought to the newest one, which takes long where the store is large, and again when that is done. */
  readonly migrating?: (migration: Migration) => void
}

/**
 * Opens the store in a data folder, and makes it on the first start. What a crash left half-written is completed or rolled back.
 * Rejects with `StoreError`: `STORE_FOLDER`, `STORE_LOCKED`, `STORE_VERSION`, `STORE_DAMAGED`, `STORE_FAILED`.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const folder = resolve(options.folder)
  await prepareFolder(folder)
  const reading = {
    limit: options.readLimit ?? READ_LIMIT,
    search: options.searchTime ?? SEARCH_TIME,
    threads: options.readThreads ?? 2,
  }
  const store = new SqliteStore(folder, reading, options.died ?? (() => {}), options.migrating ?? (() => {}))
  await store.open(folder)
  return store
}
