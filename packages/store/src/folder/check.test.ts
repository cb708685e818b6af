import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { auditFolder } from '../audit/index.ts'
import { refusal } from '../conformance/place.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { filledStore, tempFolder } from './fixture.ts'
import { checkFolder, databaseVersions, isOutdated, migrateFolder } from './index.ts'

test('FOLDER10: a sound data folder has no findings, also while it is in use', async (t) => {
  const folder = await tempFolder(t)
  const store = await filledStore(t, folder)
  assert.deepEqual(findings(folder), [])
  await store.close()
  assert.deepEqual(findings(folder), [])
  assert.throws(() => findings(join(folder, 'none')), { code: 'STORE_FOLDER' })
})

test('FOLDER11: each kind of damage is found, and named', async (t) => {
  const damages: readonly (readonly [file: string, sql: string, found: RegExp])[] = [
    ['runs.db', 'UPDATE runs SET job = 99 WHERE num = 3', /known job\. 1 found: r3/],
    ['runs.db', 'UPDATE runs SET bound = 99 WHERE num = 3', /bound to is stored.*r3/],
    ['runs.db', 'UPDATE runs SET state = 4 WHERE num = 3', /phase.*r3/],
    ['runs.db', "UPDATE counters SET value = 3 WHERE name = 'next_run'", /next one to give out.*19 found: r3; r4/],
    ['runs.db', "INSERT INTO run_meta VALUES (77, '{}')", /metadata.*r77/],
    ['runs.db', 'UPDATE facts SET run = 77 WHERE run = 3', /facts of runs.*r77/],
    ['runs.db', "UPDATE counters SET value = 2 WHERE name = 'seq'", /numbered.*fact 3/],
    ['runs.db', 'UPDATE instants SET run = 77 WHERE run = 3', /run of an instant.*r77/],
    ['runs.db', 'UPDATE instants SET job = 77 WHERE run = 3', /instants are of known jobs/],
    ['runs.db', 'UPDATE instants SET verdict = NULL WHERE run = 3', /verdict.*r3/],
    ['runs.db', 'DELETE FROM definitions', /definitions.*dir\/job/],
    ['runs.db', "UPDATE runs SET args = '{' WHERE num = 3", /run r3 cannot be read/],
    ['runs.db', 'UPDATE facts SET type = 55 WHERE run = 3', /fact \d+ cannot be read/],
    ['runs.db', "UPDATE instants SET args = '[]' WHERE run = 3", /instant .* cannot be read/],
    [
      'outputs.db',
      'DELETE FROM chunks WHERE start = 0 AND output = 3',
      /follow one another.*r3 output: a piece at 262144/,
    ],
    ['outputs.db', 'UPDATE outputs SET length = 5 WHERE run = 3', /as long as.*r3 output: 5 bytes said, 300000/],
    ['outputs.db', 'DELETE FROM outputs WHERE run = 3', /pieces are of an output/],
  ]
  for (const [file, sql, expected] of damages) {
    const found = findings(await damaged(t, file, sql))
    assert.ok(
      found.some((one) => one.startsWith(`error ${file}`) && expected.test(one)),
      `${sql}: ${found.join('\n')}`,
    )
  }
})

test('FOLDER12: a page that was overwritten is found', async (t) => {
  const folder = await tempFolder(t)
  await (await filledStore(t, folder)).close()
  const { open } = await import('node:fs/promises')
  const file = await open(join(folder, 'runs.db'), 'r+')
  await file.write(Buffer.alloc(4_096, 0xee), 0, 4_096, 5 * 4_096)
  await file.close()
  assert.ok(findings(folder).some((one) => one.startsWith('error runs.db')))
})

test('FOLDER15: a file that was cut off is the one that is named', async (t) => {
  for (const name of ['runs.db', 'outputs.db'] as const) {
    for (const size of [5_000, 100]) {
      const folder = await tempFolder(t)
      await (await filledStore(t, folder)).close()
      truncateSync(join(folder, name), size)
      assert.deepEqual([...new Set(findings(folder).map((one) => one.split(' ', 2).join(' ')))], [`error ${name}`])
      const damaged = { code: 'STORE_DAMAGED', message: new RegExp(`${name} is damaged`) }
      assert.throws(() => databaseVersions(folder), damaged)
      assert.throws(() => auditFolder({ folder, now: 0, bound: 60_000 }), damaged)
    }
  }
})

test('FOLDER13: outputs of runs that are gone are a notice, and the next removal takes them away', async (t) => {
  const folder = await damaged(
    t,
    'runs.db',
    'DELETE FROM runs WHERE num = 3',
    'DELETE FROM facts WHERE run = 3',
    'DELETE FROM run_meta WHERE run = 3',
    'UPDATE instants SET run = NULL WHERE run = 3',
  )
  assert.match(findings(folder).join('\n'), /^notice outputs.db 1 outputs of runs that were removed are left/)
  const store = await openSqliteStore({ folder })
  await store.maintenance.remove([], 0)
  assert.deepEqual(await store.read.outputs('r3'), [])
  assert.equal((await store.read.outputs('r4')).length, 1)
  await store.close()
  assert.deepEqual(findings(folder), [])
})

test('FOLDER14: a folder of an older version is said to be so, and migrated with all that it holds', async (t) => {
  const folder = await tempFolder(t)
  const store = await filledStore(t, folder)
  const before = await store.read.runs({ filter: {}, limit: 99 })
  assert.equal(isOutdated(databaseVersions(folder)), false)
  await store.close()
  const db = new DatabaseSync(join(folder, 'runs.db'))
  db.exec(
    "DROP INDEX instants_alone; DROP INDEX instants_other; DROP INDEX instants_other_job; DROP TABLE records; DROP TABLE job_versions; DROP TABLE removals; DELETE FROM counters WHERE name = 'facts_gone'; PRAGMA user_version = 2; PRAGMA auto_vacuum = 0; VACUUM",
  )
  db.close()
  assert.match(findings(folder).join('\n'), /runs.db has version 2.*apsisctl migrate/)
  assert.equal(isOutdated(databaseVersions(folder)), true)
  await migrateFolder(folder)
  assert.equal(isOutdated(databaseVersions(folder)), false)
  assert.deepEqual(findings(folder), [])
  const after = await openSqliteStore({ folder })
  assert.deepEqual(await after.read.runs({ filter: {}, limit: 99 }), before)
  await after.close()
})

test('FOLDER22: a database that somebody reads is not written anew, and keeps what its log has', async (t) => {
  const folder = await tempFolder(t)
  await (await filledStore(t, folder)).close()
  const db = new DatabaseSync(join(folder, 'runs.db'))
  db.exec('PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = 0; VACUUM; PRAGMA journal_mode = WAL')
  const reader = new DatabaseSync(join(folder, 'runs.db'), { readOnly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM runs').get()
  db.exec(`INSERT INTO counters (name, value) VALUES ('in the log', 1)`)
  db.close()
  await assert.rejects(migrateFolder(folder), refusal('STORE_FAILED'))
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.new')),
    [],
  )
  reader.close()
  await migrateFolder(folder)
  const after = new DatabaseSync(join(folder, 'runs.db'), { readOnly: true })
  t.after(() => after.close())
  assert.deepEqual(after.prepare(`SELECT value FROM counters WHERE name = 'in the log'`).all().length, 1)
})

function findings(folder: string): readonly string[] {
  return [...checkFolder(folder, false)].flatMap((found) =>
    found === null ? [] : [`${found.severity} ${found.file} ${found.message}`],
  )
}

/** A data folder that was edited behind its back. */
async function damaged(t: TestContext, file: string, ...sqls: readonly string[]): Promise<string> {
  const folder = await tempFolder(t)
  await (await filledStore(t, folder)).close()
  const db = new DatabaseSync(join(folder, file))
  for (const sql of sqls) assert.ok(Number(db.prepare(sql).run().changes) > 0, sql)
  db.close()
  return folder
}
