import { rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../port/index.ts'
import { onFile, onFiles } from '../sqlite/failure.ts'
import { asidesOf, makeFolder } from '../sqlite/folder.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { lockFolder } from '../sqlite/lock.ts'
import { APPLICATION_ID } from '../sqlite/migrate.ts'
import { OUTPUTS_STEPS, RUNS_STEPS } from '../sqlite/migrations/steps.ts'
import { rollBackMigration } from '../sqlite/roll-back.ts'
import { DATABASES, sync } from './files.ts'
import { nextNumberOf } from './new-numbers.ts'

/** The version of a database, and the newest that this program knows. */
export interface DatabaseVersion {
  readonly name: string
  readonly version: number
  readonly newest: number
  /** Whether it can give space back in steps. */
  readonly compactable: boolean
}

const NEWEST: Readonly<Record<(typeof DATABASES)[number], number>> = {
  'runs.db': RUNS_STEPS.length,
  'outputs.db': OUTPUTS_STEPS.length,
}

/** The versions of the databases of a data folder; what a migration that was killed left is taken back first. Throws `StoreError` `STORE_FOLDER` where one is missing, `STORE_DAMAGED` where it is none of ours. */
export function databaseVersions(data: string): readonly DatabaseVersion[] {
  rollBackMigration(resolve(data))
  return DATABASES.map((name) => versionOf(resolve(data), name))
}

/** The version of one of them. Throws as `databaseVersions` does. */
export function versionOf(data: string, name: (typeof DATABASES)[number]): DatabaseVersion {
  const path = join(data, name)
  if (!existsSync(path)) throw new StoreError('STORE_FOLDER', `${data} is no data folder: it has no ${name}`)
  return onFile(path, () => versionIn(path, name))
}

function versionIn(path: string, name: (typeof DATABASES)[number]): DatabaseVersion {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const pragma = (what: string): number => Number(Object.values(db.prepare(`PRAGMA ${what}`).get() ?? {})[0])
    if (pragma('application_id') !== APPLICATION_ID) {
      throw new StoreError('STORE_DAMAGED', `${path} is not a database of this server`)
    }
    const compactable = pragma('auto_vacuum') === 2
    return { name, version: pragma('user_version'), newest: NEWEST[name], compactable }
  } finally {
    db.close()
  }
}

/** Whether `migrateFolder` would change anything. */
export function isOutdated(versions: readonly DatabaseVersion[]): boolean {
  return versions.some(({ version, newest, compactable }) => version < newest || !compactable)
}

/**
 * Brings the databases of a data folder to the newest version, each in one transaction, and makes them able to give space back. Throws
 * `StoreError` `STORE_LOCKED` while a server has it open.
 */
export async function migrateFolder(data: string): Promise<void> {
  await (await openSqliteStore({ folder: data })).close()
  await onFiles(resolve(data), async () => {
    const lock = lockFolder(resolve(data))
    try {
      for (const { name, compactable } of databaseVersions(data)) {
        if (!compactable) await compact(join(resolve(data), name))
      }
    } finally {
      lock.close()
    }
  })
}

/**
 * Writes a database anew: a copy beside it takes its place, so that it is there whole at any moment. Throws `StoreError` `STORE_FAILED` while anybody
 * else has it open.
 */
async function compact(path: string): Promise<void> {
  const fresh = `${path}.new`
  await onFiles(path, async () => {
    await rm(fresh, { force: true })
    try {
      writeAnew(path, fresh)
      await sync(fresh)
      await rename(fresh, path)
    } catch (error) {
      // What cannot be removed now, the next time removes.
      await rm(fresh, { force: true }).catch(() => undefined)
      throw error
    }
    await sync(dirname(path))
  })
}

function writeAnew(path: string, fresh: string): void {
  const db = new DatabaseSync(path)
  try {
    // Brings the log into the file and removes it, for which nobody else may have it open: a log beside it would be taken for one of the new file.
    db.exec('PRAGMA journal_mode = DELETE')
    db.exec('PRAGMA auto_vacuum = INCREMENTAL')
    db.prepare('VACUUM INTO ?').run(fresh)
  } finally {
    db.close()
  }
}

/**
 * Makes a data folder, also where a restore died and left none. The numbers that folders beside it gave out, which restores moved aside, it leaves out: agents may
 * still hold procs of those runs. Throws `StoreError`: `STORE_FOLDER` where there is one already, what `nextNumberOf` throws.
 */
export async function createFolder(data: string): Promise<void> {
  for (const name of DATABASES) {
    if (existsSync(join(resolve(data), name))) throw new StoreError('STORE_FOLDER', `${data} is a data folder already`)
  }
  await onFiles(resolve(data), async () => {
    const nextRun = await nextNumberOf(await asidesOf(resolve(data)))
    await makeFolder(resolve(data))
    const store = await openSqliteStore({ folder: data })
    try {
      if (nextRun > 0) await store.commit({ nextRun })
    } finally {
      await store.close()
    }
  })
}
