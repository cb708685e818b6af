import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type DatabaseVersion, databaseVersions, isOutdated, migrateFolder } from '@apsis/store/folder'
import { openSqliteStore } from '@apsis/store/sqlite'
import { live } from './lives.ts'
import { differences, runsOf, unsaid, unsound } from './look.ts'
import type { Scenario } from './scenario.ts'

const RUNS = 3

/** What makes a `runs.db` one of version 2, which cannot give space back. */
const OLDER = `
  DROP INDEX instants_alone; DROP INDEX instants_other; DROP INDEX instants_other_job; DROP TABLE records; DROP TABLE job_versions; DROP TABLE removals;
  DELETE FROM counters WHERE name = 'facts_gone'; PRAGMA user_version = 2`
const OLD_VERSION = 2

/** `apsisctl migrate --no-backup` of a folder of an older version. `made`: a folder for what each try begins with. */
export async function migrateScenario(made: string): Promise<Scenario> {
  const store = await openSqliteStore({ folder: made })
  await live(store, 1, RUNS)
  await store.close()
  for (const name of ['runs.db', 'outputs.db']) {
    const db = new DatabaseSync(join(made, name))
    if (name === 'runs.db') db.exec(OLDER)
    db.exec('PRAGMA auto_vacuum = 0; VACUUM')
    db.close()
  }
  const before = runsOf(made)
  return {
    tries: 'dear',
    elsewhere: null,
    thread: null,
    close: async () => {},
    begin: async (folder) => {
      const data = join(folder, 'data')
      await cp(made, data, { recursive: true })
      return {
        operate: () => migrateFolder(data),
        afterFault: async (fault, error) => {
          const left = (await readdir(data)).filter((name) => name.endsWith('.new') && fault !== 'death')
          return [
            ...differences(runsOf(data), before, 'after the fault'),
            ...versionsOf(data),
            ...left.map((name) => `it left ${name}`),
            ...(fault === 'death' ? [] : unsaid(error)),
          ]
        },
        atEnd: async () => {
          const left = (await readdir(data)).filter((name) => name.endsWith('.new'))
          return [
            ...(isOutdated(databaseVersions(data)) ? ['it is outdated still'] : []),
            ...unsound(data, 'all'),
            ...differences(runsOf(data), before, 'migrated'),
            ...left.map((name) => `${name} is left`),
          ]
        },
        end: async () => {},
      }
    },
  }
}

/** Each database is whole, and of the version of before or the newest, with what that has. */
function versionsOf(data: string): readonly string[] {
  return databaseVersions(data).flatMap((database) => wrongWith(data, database))
}

function wrongWith(data: string, { name, version, newest }: DatabaseVersion): readonly string[] {
  const db = new DatabaseSync(join(data, name))
  try {
    const [said] = Object.values(db.prepare('PRAGMA integrity_check').get() ?? {})
    const newer = db
      .prepare(`SELECT 1 FROM sqlite_schema WHERE name IN ('records', 'removals', 'instants_alone')`)
      .all()
    const right =
      version === newest ? name === 'outputs.db' || newer.length === 3 : version === OLD_VERSION && newer.length === 0
    return [
      ...(said === 'ok' ? [] : [`${name}: ${String(said)}`]),
      ...(right ? [] : [`${name} is half of version ${version}`]),
    ]
  } finally {
    db.close()
  }
}
