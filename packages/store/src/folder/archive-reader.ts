import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Reader, StoreError } from '../port/index.ts'
import { Lane, READ_LIMIT, SEARCH_TIME } from '../sqlite/lane.ts'
import { ReadPool } from '../sqlite/read-pool.ts'
import { SqliteReader } from '../sqlite/sqlite-reader.ts'

/** Reads an archive, as a store's history is read. Throws `StoreError` `STORE_ARCHIVE` where there is none at `path`. */
export async function openArchive(path: string): Promise<{ readonly read: Reader; close(): Promise<void> }> {
  const place = resolve(path)
  if (!existsSync(place)) throw new StoreError('STORE_ARCHIVE', `there is no archive at ${place}`)
  const reading = { limit: READ_LIMIT, search: SEARCH_TIME, yields: false }
  const lane = new Lane(place, reading)
  const pool = new ReadPool([lane], READ_LIMIT)
  try {
    await lane.open()
  } catch (error) {
    await lane.close()
    throw error
  }
  return { read: new SqliteReader(lane, pool), close: () => pool.close() }
}
