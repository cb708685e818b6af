import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { defaultConfig } from '@apsis/core/config'
import { openSqliteStore } from '@apsis/store/sqlite'
import { begin } from './beginnings.ts'

test('a start that brings the store to a newer version says so before, and after with how long it took', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'apsis-migrated-'))
  t.after(() => rm(base, { recursive: true }))
  const [dataFolder, jobsFolder] = [join(base, 'data'), join(base, 'jobs')]
  await mkdir(jobsFolder)
  await (await openSqliteStore({ folder: dataFolder })).close()
  const db = new DatabaseSync(join(dataFolder, 'runs.db'))
  db.exec('DROP INDEX instants_alone; DROP TABLE removals; PRAGMA user_version = 3')
  db.close()
  const lines: string[] = []
  const info = (message: string, details: object = {}): void => void lines.push(`${message} ${JSON.stringify(details)}`)
  const start = async (): Promise<void> => {
    const begun = await begin({
      config: defaultConfig(),
      dataFolder,
      jobsFolder,
      calendarFolders: [],
      version: '1.2.3',
      log: { info, warn: assert.fail, error: assert.fail },
      onFailure: (message) => assert.fail(message),
    })
    assert.ok(begun.ok)
    await begun.beginnings.reading
    await begun.beginnings.store.close()
  }
  await start()
  const [before, after] = lines
  assert.match(before ?? '', /^runs\.db is brought from version 3 to \d+ before the server starts.*store\.migrating/)
  assert.match(after ?? '', /^runs\.db is at version \d+, after \d+\.\d\d s .*store\.migrated/)
  await start()
  assert.equal(lines.length, 2)
})
