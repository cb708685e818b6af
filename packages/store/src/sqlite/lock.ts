import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'

/**
 * Takes the folder for this process. The lock is the kernel's, on a file that holds nothing else, so it ends with the process
 * however that ends. Close what is returned to give it up. Throws `StoreError` `STORE_LOCKED` while another has it.
 */
export function lockFolder(folder: string): DatabaseSync {
  const db = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
    return db
  } catch (error) {
    db.close()
    if (!isBusy(error)) throw error
    const message = `another server has the data folder ${folder} open. Stop it first, or use another data folder`
    throw new StoreError('STORE_LOCKED', message, { cause: error })
  }
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY, in the low byte of every code that says more about it.
  return (
    error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5
  )
}
