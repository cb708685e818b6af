import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { run, write } from '../conformance/fixture.ts'
import { refusal } from '../conformance/place.ts'
import { StoreError, type StoreErrorCode } from '../port/index.ts'
import { type Migration, openSqliteStore } from './index.ts'
import { RUNS_STEPS } from './migrations/steps.ts'

test('SQLITE1: the folder is made on the first start, with its parents', async (t) => {
  const folder = join(await tempFolder(t), 'a', 'b')
  const store = await openSqliteStore({ folder })
  await store.close()
  assert.deepEqual((await readdir(folder)).toSorted(), ['lock.db', 'outputs.db', 'runs.db'])
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
})

test('SQLITE2: a folder that cannot be made, or is not one, is refused with its name and a way out', async (t) => {
  const file = join(await tempFolder(t), 'file')
  await writeFile(file, '')
  // In /proc a folder that is not there cannot be made, and the error is that it is not there.
  for (const folder of [file, join(file, 'below'), '/proc/apsis/data']) {
    await assert.rejects(openSqliteStore({ folder }), named('STORE_FOLDER', folder, /use another data folder/i))
  }
})

test('SQLITE3: a database file that cannot be opened is refused and named', async (t) => {
  const folder = await tempFolder(t)
  await mkdir(join(folder, 'runs.db'))
  await assert.rejects(openSqliteStore({ folder }), named('STORE_FOLDER', join(folder, 'runs.db')))
})

test('SQLITE4: a database of a newer version is refused and left as it is', async (t) => {
  const folder = await filledFolder(t)
  for (const name of ['outputs.db', 'runs.db']) {
    edit(join(folder, name), 'PRAGMA user_version = 99')
    await assert.rejects(openSqliteStore({ folder }), named('STORE_VERSION', join(folder, name), /99/))
    assert.equal(query(join(folder, name), 'PRAGMA user_version')['user_version'], 99)
  }
})

test('SQLITE5: a database of another program is refused and left as it is', async (t) => {
  const folder = await tempFolder(t)
  edit(join(folder, 'runs.db'), 'CREATE TABLE mine (x)')
  await assert.rejects(openSqliteStore({ folder }), named('STORE_DAMAGED', join(folder, 'runs.db')))
  assert.equal(query(join(folder, 'runs.db'), 'SELECT group_concat(name) AS names FROM sqlite_schema')['names'], 'mine')
})

test('SQLITE6: a file that is not a database is refused and named', async (t) => {
  for (const name of ['runs.db', 'outputs.db', 'lock.db']) {
    const folder = await tempFolder(t)
    await writeFile(join(folder, name), 'this is not a database, but it is long enough to be taken for one'.repeat(100))
    await assert.rejects(openSqliteStore({ folder }), named('STORE_DAMAGED', join(folder, name)))
  }
})

test('SQLITE7: what a crash during the first start leaves is completed', async (t) => {
  const empty = await tempFolder(t)
  for (const name of ['runs.db', 'outputs.db', 'lock.db', 'runs.db-wal', 'runs.db-shm'])
    await writeFile(join(empty, name), '')
  const lockOnly = await tempFolder(t)
  await writeFile(join(lockOnly, 'lock.db'), '')
  const withoutOutputs = await filledFolder(t)
  await rm(join(withoutOutputs, 'outputs.db'))
  edit(join(withoutOutputs, 'runs.db'), `DELETE FROM counters WHERE name = 'outputs_made'`)
  for (const folder of [empty, lockOnly, withoutOutputs]) {
    const store = await openSqliteStore({ folder })
    await store.commit({ runs: [write(run(7, 'scheduled'))] })
    await store.appendOutput([{ runId: 'r7', outputId: 'o', offset: 0, data: new Uint8Array(3) }])
    assert.equal((await store.read.run('r1')) === null, folder !== withoutOutputs)
    await store.close()
  }
})

test('SQLITE8: without runs.db, but with output of runs, the folder is refused', async (t) => {
  const folder = await filledFolder(t)
  await rm(join(folder, 'runs.db'))
  for (const content of [null, '']) {
    if (content !== null) await writeFile(join(folder, 'runs.db'), content)
    await assert.rejects(openSqliteStore({ folder }), named('STORE_DAMAGED', join(folder, 'runs.db'), /outputs\.db/))
  }
})

test('SQLITE71: without outputs.db, where there was one, the folder is refused; with an empty file it is not', async (t) => {
  const folder = await filledFolder(t)
  const path = join(folder, 'outputs.db')
  await rm(path)
  await assert.rejects(openSqliteStore({ folder }), named('STORE_DAMAGED', path, /make an empty file/))
  await assert.rejects(openSqliteStore({ folder }), named('STORE_DAMAGED', path, /Put it back/))
  await writeFile(path, '')
  const store = await openSqliteStore({ folder })
  assert.equal((await store.read.run('r1'))?.id, 'r1')
  await store.close()
})

test('SQLITE9: a runs.db older than outputs.db gives no run the number of one that has output', async (t) => {
  const folder = await filledFolder(t)
  edit(join(folder, 'outputs.db'), `UPDATE outputs SET run = 41`)
  const store = await openSqliteStore({ folder })
  assert.equal(await store.read.nextRun(), 42)
  await store.close()
})

test('SQLITE10: after a refused opening nothing is held', async (t) => {
  const folder = await filledFolder(t)
  edit(join(folder, 'outputs.db'), 'PRAGMA user_version = 99')
  await assert.rejects(openSqliteStore({ folder }), refusal('STORE_VERSION'))
  edit(join(folder, 'outputs.db'), 'PRAGMA user_version = 1')
  const store = await openSqliteStore({ folder })
  assert.deepEqual(await store.read.run('r1'), run(1, 'running'))
  await store.close()
})

test('SQLITE44: a folder of version 1 is brought to the present version', async (t) => {
  const folder = await filledFolder(t)
  const indexes = [
    'runs_outcome_due',
    'runs_job_due',
    'runs_live_due',
    'instants_other',
    'instants_other_job',
    'instants_alone',
  ]
  const drops = [...indexes.map((name) => `INDEX ${name}`), 'TABLE records', 'TABLE job_versions', 'TABLE removals']
  edit(
    join(folder, 'runs.db'),
    `${drops.map((what) => `DROP ${what}`).join('; ')}; DELETE FROM counters WHERE name = 'facts_gone'; PRAGMA user_version = 1`,
  )
  const told: Migration[] = []
  const migrating = (migration: Migration): void => void told.push(migration)
  const store = await openSqliteStore({ folder, migrating })
  const [begins, ends, ...more] = told
  assert.deepEqual(begins, { name: 'runs.db', from: 1, to: RUNS_STEPS.length, took: null })
  assert.ok(ends !== undefined && ends.took !== null && ends.took > 0)
  assert.deepEqual([{ ...ends, took: null }, more], [begins, []])
  await store.commit({ runs: [write(run(2, 'success', { due: 5 }))] })
  for (const [order, ids] of [
    ['latest', ['r1', 'r2']],
    ['earliest', ['r2', 'r1']],
    ['newest', ['r2', 'r1']],
  ] as const) {
    const page = await store.read.runs({ filter: {}, order, limit: 5 })
    assert.deepEqual(
      page.runs.map(({ id }) => id),
      ids,
    )
  }
  await store.close()
  assert.equal(query(join(folder, 'runs.db'), 'PRAGMA user_version')['user_version'], RUNS_STEPS.length)
  // Of the newest version, or made anew, nothing is told.
  for (const at of [folder, await tempFolder(t)]) await (await openSqliteStore({ folder: at, migrating })).close()
  assert.equal(told.length, 2)
})

async function tempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-store-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** A folder with a run that has output. */
async function filledFolder(t: TestContext): Promise<string> {
  const folder = await tempFolder(t)
  const store = await openSqliteStore({ folder })
  await store.commit({ runs: [write(run(1, 'running'))] })
  await store.appendOutput([{ runId: 'r1', outputId: 'o', offset: 0, data: new Uint8Array(3) }])
  await store.close()
  return folder
}

function named(code: StoreErrorCode, path: string, more = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreError, String(error))
    assert.equal(error.code, code, error.message)
    assert.ok(error.message.includes(path), error.message)
    assert.match(error.message, more)
    return true
  }
}

function edit(path: string, sql: string): void {
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
}

function query(path: string, sql: string): Readonly<Record<string, unknown>> {
  const db = new DatabaseSync(path)
  const row = db.prepare(sql).get()
  db.close()
  return row ?? {}
}
