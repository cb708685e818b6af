import { resolve } from 'node:path'
import type { Store } from '../port/index.ts'
import { prepareFolder } from './folder.ts'
import { SqliteStore } from './sqlite-store.ts'

export interface SqliteOptions {
  /** The data folder. Made where there is none. */
  readonly folder: string
}

/**
 * Opens the store in a data folder, and makes it on the first start. What a crash left half-written is completed or rolled back.
 * Rejects with `StoreError`: `STORE_FOLDER`, `STORE_LOCKED`, `STORE_VERSION`, `STORE_DAMAGED`, `STORE_FAILED`.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const folder = resolve(options.folder)
  await prepareFolder(folder)
  const store = new SqliteStore(folder)
  await store.open(folder)
  return store
}
