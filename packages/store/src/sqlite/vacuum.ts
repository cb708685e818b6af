import type { DatabaseSync } from 'node:sqlite'
import { type FreePages, StoreError } from '../port/index.ts'
import { inTransaction, sliceTimer } from './slice.ts'

/** Pages moved from the end of the file at a time. */
const PAGES = 32

/** `PRAGMA auto_vacuum` of a database that gives space back in steps. */
const INCREMENTAL = 2

/** Gives unused pages back, as many as one slice allows. Throws `StoreError` `STORE_REQUEST` for a database that was not made for it. */
export function vacuumSlice(db: DatabaseSync): FreePages {
  if (pragma(db, 'auto_vacuum') !== INCREMENTAL) {
    const how = 'stop the server and run apsisctl migrate, which makes it so'
    throw new StoreError('STORE_REQUEST', `a database of an older version cannot give space back in steps: ${how}`)
  }
  const size = pragma(db, 'page_size')
  const before = pragma(db, 'freelist_count')
  if (before > 0) {
    inTransaction(db, () => {
      const goesOn = sliceTimer()
      do db.exec(`PRAGMA incremental_vacuum(${PAGES})`)
      while (pragma(db, 'freelist_count') > 0 && goesOn())
    })
  }
  const left = pragma(db, 'freelist_count')
  return { freed: (before - left) * size, left: left * size }
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0)
}
