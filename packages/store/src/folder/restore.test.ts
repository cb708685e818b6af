import assert from 'node:assert/strict'
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { T0 } from '../conformance/fixture.ts'
import { refusal } from '../conformance/place.ts'
import { StoreError } from '../port/index.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { filledStore, made, places } from './fixture.ts'
import { createFolder, restore, type RestoreOptions } from './index.ts'
import { NUMBERS_LEFT_OUT } from './new-numbers.ts'

const GIVEN_OUT = 5_000_000
const MOVED = 'data.before-restore-20260131T090000'

test('FOLDER20: after a restore that died between its two renames, no empty folder is made, and no number is given out twice', async (t) => {
  const { folder, data, again } = await replaced(t)
  await rename(data, join(folder, `${MOVED}.unfinished`))
  const told = (error: unknown): boolean => {
    assert.ok(error instanceof StoreError && error.code === 'STORE_FOLDER', String(error))
    const wayOut = 'Restore again, or rename that folder to data; to begin with nothing: apsisctl create '
    assert.match(error.message, /data is missing, and .*before-restore-20260131T090000\.unfinished is beside it/)
    assert.ok(error.message.endsWith(`${wayOut}${data}`), error.message)
    return true
  }
  await assert.rejects(openSqliteStore({ folder: data }), told)
  // Another that comes to nothing changes nothing about that.
  await assert.rejects(restore({ ...again, source: data, force: false }), refusal('STORE_FOLDER'))
  await assert.rejects(openSqliteStore({ folder: data }), told)
  const { aside } = await restore({ ...again, force: false })
  assert.equal(aside, null)
  assert.ok((await nextRun(data)) > GIVEN_OUT)
  assert.deepEqual((await readdir(folder)).sort(), ['copy', 'data', MOVED])
})

test('FOLDER23: what a restore moved aside and is done with does not keep a server from beginning anew', async (t) => {
  const { data, again } = await replaced(t)
  await restore(again)
  await rm(data, { recursive: true })
  assert.equal(await nextRun(data), 1)
  // The numbers of what was moved aside are left out all the same, should a copy be put back.
  await restore({ ...again, stamp: '20260131T100000' })
  assert.ok((await nextRun(data)) > GIVEN_OUT)
})

test('FOLDER24: a folder is made where that is asked for, also after a restore that died; its runs have numbers above those of what was moved aside', async (t) => {
  const { folder, data, again } = await replaced(t)
  await rename(data, join(folder, `${MOVED}.unfinished`))
  await createFolder(data)
  assert.equal(await nextRun(data), GIVEN_OUT)
  await assert.rejects(createFolder(data), refusal('STORE_FOLDER'))
  await restore(again)
  assert.ok((await nextRun(data)) > GIVEN_OUT)
  assert.deepEqual((await readdir(folder)).sort(), ['copy', 'data', MOVED, 'data.before-restore-s'])
})

test('FOLDER25: what is beside a data folder under such a name, and has no runs.db, is passed by', async (t) => {
  const { folder, data, again } = await replaced(t)
  await rm(data, { recursive: true })
  await mkdir(data)
  await writeFile(join(data, 'notes'), 'x')
  assert.equal((await restore({ ...again, stamp: 'a' })).aside, `${data}.before-restore-a`)
  await rm(data, { recursive: true })
  await mkdir(join(folder, 'data.before-restore-b', 'runs.db'), { recursive: true })
  await writeFile(join(folder, 'data.before-restore-x.tar.gz'), 'packed')
  await writeFile(join(folder, 'data.before-restore-x.unfinished'), 'no folder')
  await restore(again)
  assert.equal(await nextRun(data), 5 + NUMBERS_LEFT_OUT)
  await rm(data, { recursive: true })
  assert.equal(await nextRun(data), 1)
})

test('FOLDER28: what an aside was half-way through when its migration was killed is taken back, and its numbers count', async (t) => {
  const { data, again } = await replaced(t)
  const aside = `${data}.before-restore-a`
  await cp(data, aside, { recursive: true })
  const live = `${aside}-live`
  await rename(aside, live)
  const db = new DatabaseSync(join(live, 'runs.db'))
  db.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1')
  const give = (next: number): void => db.exec(`UPDATE counters SET value = ${next} WHERE name = 'next_run'`)
  give(GIVEN_OUT + 900)
  db.exec('CREATE TABLE filler (text TEXT); BEGIN')
  give(GIVEN_OUT + 5_000)
  const fill = db.prepare('INSERT INTO filler VALUES (?)')
  for (let row = 0; row < 2_000; row++) fill.run('y'.repeat(500))
  // As a kill leaves it.
  await cp(live, aside, { recursive: true })
  db.exec('ROLLBACK')
  db.close()
  await rm(live, { recursive: true })
  assert.ok((await readdir(aside)).includes('runs.db-journal'))
  await restore(again)
  assert.equal(await nextRun(data), GIVEN_OUT + 900 + NUMBERS_LEFT_OUT)
})

test('FOLDER21: a folder whose numbers cannot be read now is not replaced; one that is damaged is', async (t) => {
  const { folder, data, again } = await replaced(t)
  const db = new DatabaseSync(join(data, 'runs.db'))
  db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT')
  await assert.rejects(restore(again), refusal('STORE_FAILED'))
  db.close()
  // What a disk that fails says of the one read, as SQLite passes it on.
  const read = t.mock.method(DatabaseSync.prototype, 'prepare', () => {
    throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 266 })
  })
  await assert.rejects(restore(again), (error: unknown) => {
    assert.ok(error instanceof StoreError && error.code === 'STORE_FAILED', String(error))
    assert.ok(error.message.includes(`The run numbers that ${data} gave out have to be known`), error.message)
    return true
  })
  assert.equal(read.mock.callCount(), 1)
  read.mock.restore()
  assert.deepEqual((await readdir(folder)).sort(), ['copy', 'data'])
  await writeFile(join(data, 'runs.db'), 'no database any more')
  await restore(again)
  assert.deepEqual((await readdir(folder)).sort(), ['copy', 'data', 'data.before-restore-s'])
})

/** A backup, a data folder that went on to `GIVEN_OUT` since, and how it is put back over that. */
async function replaced(
  t: TestContext,
): Promise<{ readonly folder: string; readonly data: string; readonly again: RestoreOptions }> {
  const { folder, data } = await places(t)
  const store = await filledStore(t, data, 3)
  const source = join(folder, 'copy')
  await made(data, source)
  await store.commit({ nextRun: GIVEN_OUT })
  await store.close()
  return { folder, data, again: { source, data, force: true, time: T0, stamp: 's' } }
}

/** The number that a server would give its next run. Makes the folder where there is none, as a server does. */
async function nextRun(data: string): Promise<number> {
  const store = await openSqliteStore({ folder: data })
  try {
    return await store.read.nextRun()
  } finally {
    await store.close()
  }
}
