import assert from 'node:assert/strict'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { FINISHED } from '@apsis/core/run'
import { run, T0, write } from '../conformance/fixture.ts'
import { checkFolder } from '../folder/check.ts'
import { filledStore, tempFolder } from '../folder/fixture.ts'
import { openSqliteStore } from './index.ts'

const ALL = { jobId: null, states: FINISHED, before: T0 + 1_000, keep: null }
const NONE = { runs: 0, facts: 0, outputs: 0, refused: [] }

test('SQLITE92: of two archivings that take the same runs at once, one copies them, and both remove them', async (t) => {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  const store = await filledStore(t, data, 6)
  const due = await store.maintenance.due([ALL], 6)
  const [one, other] = await Promise.all([
    store.maintenance.archive(join(folder, 'one.db'), due.slice(0, 4)),
    store.maintenance.archive(join(folder, 'other.db'), due.slice(2)),
  ])
  assert.deepEqual([one.runs, other.runs, one.refused, other.refused], [4, 2, [], []])
  await Promise.all([
    store.maintenance.remove(due.slice(0, 4), T0 + 1_000),
    store.maintenance.remove(due.slice(2), T0 + 1_000),
  ])
  assert.deepEqual(numbers(join(folder, 'one.db')), [1, 2, 3, 4])
  assert.deepEqual(numbers(join(folder, 'other.db')), [5, 6])
  assert.deepEqual(numbers(join(data, 'runs.db')), [7])
  // Nothing is left of what was noted.
  assert.deepEqual(notes(data), [])
})

test('SQLITE92: a path that can be no archive is refused before anything is noted, and another one takes the runs', async (t) => {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  const store = await filledStore(t, data, 4)
  await writeFile(join(folder, 'notes.txt'), 'these are the notes of somebody, and no database at all\n'.repeat(50))
  const due = await store.maintenance.due([ALL], 4)
  for (const wrong of ['.', 'notes.txt']) {
    await assert.rejects(store.maintenance.archive(join(folder, wrong), due), { code: 'STORE_ARCHIVE' })
    assert.deepEqual(notes(data), [])
  }
  assert.equal((await store.maintenance.archive(join(folder, 'right.db'), due)).runs, 4)
})

test('SQLITE92: what was copied to one archive when the server died goes to no other, also where it was changed since', async (t) => {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  const [one, other] = [join(folder, 'one.db'), join(folder, 'other.db')]
  let store = await filledStore(t, data, 5)
  await store.maintenance.archive(one, await store.maintenance.due([ALL], 3))
  await store.close()
  store = await openSqliteStore({ folder: data })
  t.after(() => store.close())
  await store.commit({ runs: [write(run(2, 'failure', { version: 1 }))] })
  const due = await store.maintenance.due([ALL], 5)
  assert.deepEqual(await store.maintenance.archive(other, due), { runs: 2, facts: 2, outputs: 2, refused: [] })
  assert.deepEqual(await store.maintenance.archive(other, due), NONE)
  assert.equal(await store.maintenance.remove(due, T0 + 1_000), 5)
  assert.deepEqual(
    [numbers(one), numbers(other)],
    [
      [1, 2, 3],
      [4, 5],
    ],
  )
  const db = new DatabaseSync(one, { readOnly: true })
  assert.equal(db.prepare('SELECT version FROM runs WHERE num = 2').get()?.['version'], 1)
  db.close()
  assert.deepEqual(notes(data), [])
  assert.deepEqual(
    [...checkFolder(data, false)].filter((found) => found !== null),
    [],
  )
})

test('SQLITE92: a run stays while it may be in an archive that cannot be read, and goes once that is not there', async (t) => {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  const [one, other] = [join(data, 'one.db'), join(folder, 'other.db')]
  const store = await filledStore(t, data, 4)
  const due = await store.maintenance.due([ALL], 4)
  await store.maintenance.archive(one, due.slice(0, 2))
  // Opened anew by another path, so that the first is not open any more.
  await store.maintenance.archive(other, due.slice(3))
  await rename(one, join(folder, 'kept.db'))
  await writeFile(one, 'no database, but long enough to be taken for one by its size alone'.repeat(20))
  const { runs, refused } = await store.maintenance.archive(other, due)
  assert.deepEqual([runs, refused], [1, ['r1', 'r2']])
  await rename(one, join(folder, 'text'))
  assert.equal((await store.maintenance.archive(other, due)).runs, 2)
  assert.deepEqual(numbers(other), [1, 2, 3, 4])
})

/** The numbers of the runs in a database. */
function numbers(path: string): readonly unknown[] {
  const db = new DatabaseSync(path, { readOnly: true })
  const rows = db.prepare('SELECT num FROM runs ORDER BY num').all()
  db.close()
  return rows.map((row) => row['num'])
}

/** What is noted of runs that were copied. */
function notes(data: string): readonly unknown[] {
  const db = new DatabaseSync(join(data, 'runs.db'), { readOnly: true })
  const rows = db.prepare(`SELECT id FROM records WHERE kind = 'copied'`).all()
  db.close()
  return rows
}
