import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'

/** Marks a database file as ours ("APSI"). */
export const APPLICATION_ID = 0x41505349

/** Marks an archive ("APSA"): a file with the tables of both databases. */
export const ARCHIVE_ID = 0x41505341

/**
 * Brings a database to the newest version, in one transaction: after a crash it is at the old version or at the new one.
 * `owner` is the mark that the file has, or gets. Throws `StoreError` `STORE_VERSION` for a version that has no step here, `STORE_DAMAGED` for a database of another program.
 */
export function migrate(
  db: DatabaseSync,
  steps: readonly string[],
  path: string,
  owner: number = APPLICATION_ID,
): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    const version = integer(db, 'SELECT user_version FROM pragma_user_version')
    checkOwner(db, version, path, owner)
    if (version > steps.length) {
      const versions = `${path} has version ${version}; this server knows versions up to ${steps.length}`
      throw new StoreError('STORE_VERSION', `${versions}. Start the newer server again, or use another data folder`)
    }
    if (version < steps.length) {
      for (const step of steps.slice(version)) db.exec(step)
      db.exec(`PRAGMA user_version = ${steps.length}`)
      db.exec(`PRAGMA application_id = ${owner}`)
    }
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** The version of a database that is made already and that steps are missing to, with the newest; null for any other. Throws as `migrate` does for one of another program. */
export function outdated(db: DatabaseSync, steps: readonly string[], path: string): Versions | null {
  const from = integer(db, 'SELECT user_version FROM pragma_user_version')
  checkOwner(db, from, path, APPLICATION_ID)
  return from > 0 && from < steps.length ? { from, to: steps.length } : null
}

/** From which version to which a database is brought. */
export interface Versions {
  readonly from: number
  readonly to: number
}

/** A database that is brought from one version to another. */
export interface Migration extends Versions {
  /** File name. */
  readonly name: string
  /** How long it took, ms; null while it is under way. */
  readonly took: number | null
}

function checkOwner(db: DatabaseSync, version: number, path: string, owner: number): void {
  const id = integer(db, 'SELECT application_id FROM pragma_application_id')
  const tables = integer(db, 'SELECT count(*) FROM sqlite_schema')
  if (id === owner || (id === 0 && version === 0 && tables === 0)) return
  throw new StoreError(
    'STORE_DAMAGED',
    `${path} is not a database of this server. Move it away, or use another data folder`,
  )
}

function integer(db: DatabaseSync, sql: string): number {
  const row = Object.values(db.prepare(sql).get() ?? {})
  return Number(row[0])
}
