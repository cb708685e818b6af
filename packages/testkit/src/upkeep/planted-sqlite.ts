// What a thread gets that imports node:sqlite: the same, but that opening a database and copying one can fail.
import { basename } from 'node:path'
import { backup as realBackup, DatabaseSync as RealDatabase } from 'node:sqlite'
import { faultOf, sqlError } from './fault-of.ts'

/** @public */
export { constants, StatementSync } from 'node:sqlite'

/** @public */
export class DatabaseSync extends RealDatabase {
  constructor(...args: ConstructorParameters<typeof RealDatabase>) {
    const fault = faultOf(() => `open ${basename(String(args[0]))}`)
    if (fault !== null) throw sqlError(fault, true)
    super(...args)
  }
}

/**
 * One that fails does so when some of it is copied: what progress throws ends it.
 * @public
 */
export const backup: typeof realBackup = async (db, path, options) => {
  const fault = faultOf(() => `backup ${basename(String(path))}`)
  if (fault === null) return await realBackup(db, path, options)
  const progress = (): never => {
    throw sqlError(fault, false)
  }
  return await realBackup(db, path, { rate: 1, progress })
}
