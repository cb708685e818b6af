import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { FINISHED } from '@apsis/core/run'
import { BOUND, run, T0, write } from '../conformance/fixture.ts'
import { refusal } from '../conformance/place.ts'
import { checkFolder } from '../folder/check.ts'
import { filledStore, outputOf, tempFolder } from '../folder/fixture.ts'
import { openArchive } from '../folder/index.ts'
import { REMOVALS_STAY } from '../row/index.ts'
import { openSqliteStore } from './index.ts'
import { Statements } from './statements.ts'
import { UsedBounds } from './used-bounds.ts'

const ALL = { jobId: null, states: FINISHED, before: T0 + 1_000, keep: null }

test('SQLITE80: an archive has all of the runs put there, can be read as a store is, and be attached', async (t) => {
  const folder = await tempFolder(t)
  const store = await filledStore(t, join(folder, 'data'))
  const due = await store.maintenance.due([ALL], 5)
  const logs = await store.read.log('r3')
  const path = join(folder, 'old.db')
  assert.deepEqual(await store.maintenance.archive(path, due), { runs: 5, facts: 5, outputs: 5, refused: [] })
  assert.equal(await store.maintenance.remove(due, T0 + 1_000), 5)
  // One file between transactions.
  assert.deepEqual((await readdir(folder)).sort(), ['data', 'old.db'])
  const archive = await openArchive(path)
  t.after(() => archive.close())
  const { runs } = await archive.read.runs({ filter: { jobId: 'dir/job' }, limit: 9, order: 'oldest' })
  assert.deepEqual(
    runs,
    [1, 2, 3, 4, 5].map((number) => run(number, 'success')),
  )
  assert.deepEqual(await archive.read.output('r3', 'output', 0, 999_999), outputOf(3))
  assert.deepEqual(await archive.read.meta('r3'), { number: 3 })
  assert.deepEqual(
    (await archive.read.log('r3')).map(({ fact }) => fact),
    logs.map(({ fact }) => fact),
  )
  assert.equal((await archive.read.instants(null, T0, T0 + 99, 99)).length, 5)
  assert.equal((await archive.read.definition('hash-of-ünïcode'))?.jobId, 'dir/job')
  assert.equal(await archive.read.nextRun(), 22)
  const db = new DatabaseSync(join(folder, 'data', 'runs.db'), { readOnly: true })
  db.prepare('ATTACH ? AS old').run(path)
  assert.equal(
    db.prepare('SELECT count(*) AS runs FROM (SELECT num FROM runs UNION SELECT num FROM old.runs)').get()?.['runs'],
    21,
  )
  db.close()
})

test('SQLITE81: runs that are there already are left out; another run of the same id, or another file, is refused', async (t) => {
  const folder = await tempFolder(t)
  const store = await filledStore(t, join(folder, 'data'))
  const due = await store.maintenance.due([ALL], 3)
  const path = join(folder, 'old.db')
  await store.maintenance.archive(path, due.slice(0, 2))
  assert.deepEqual(await store.maintenance.archive(path, due), { runs: 1, facts: 1, outputs: 1, refused: [] })
  const other = await openSqliteStore({ folder: join(folder, 'other') })
  t.after(() => other.close())
  await other.commit({ runs: [write(run(1, 'failure')), write(run(30, 'failure'))] })
  const others = await other.maintenance.due([ALL], 3)
  // The other one goes on its way.
  assert.deepEqual(await other.maintenance.archive(path, others), { runs: 1, facts: 1, outputs: 0, refused: ['r1'] })
  assert.deepEqual(await store.maintenance.archive(path, due), { runs: 0, facts: 0, outputs: 0, refused: [] })
  writeFileSync(join(folder, 'text'), 'no database, but long enough to be taken for one by its size alone'.repeat(20))
  await assert.rejects(store.maintenance.archive(join(folder, 'text'), due), refusal('STORE_ARCHIVE'))
  await assert.rejects(store.maintenance.archive('runs.db', due), refusal('STORE_ARCHIVE'))
  await assert.rejects(store.maintenance.archive(join(folder, 'no', 'x.db'), due), refusal('STORE_ARCHIVE'))
  await assert.rejects(openArchive(join(folder, 'none')), refusal('STORE_ARCHIVE'))
  assert.deepEqual(
    [...checkFolder(join(folder, 'data'), false)].filter((found) => found !== null),
    [],
  )
})

test('SQLITE82: kill -9 while runs are archived loses none, and the next time leaves each in one place', async (t) => {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  const path = join(folder, 'old.db')
  await (await filledStore(t, data, 120)).close()
  for (const steps of [1, 3]) {
    const program = join(import.meta.dirname, 'fixtures', 'archive-for-ever.ts')
    const child = spawn(process.execPath, [program, data, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    let seen = 0
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'archived' && ++seen === steps) child.kill('SIGKILL')
    }
    const store = await openSqliteStore({ folder: data })
    const due = await store.maintenance.due([ALL], 10)
    await store.maintenance.archive(path, due)
    await store.maintenance.remove(due, T0 + 1_000)
    const here = await store.read.runs({ filter: {}, limit: 999 })
    await store.close()
    const archive = await openArchive(path)
    const there = await archive.read.runs({ filter: {}, limit: 999 })
    for (const { id } of there.runs)
      assert.equal((await archive.read.output(id, 'output', 0, 999_999))?.length, 300_000)
    await archive.close()
    const ids = [...here.runs, ...there.runs].map(({ id }) => id)
    assert.equal(new Set(ids).size, 121)
    assert.equal(ids.length, 121)
    assert.deepEqual(
      [...checkFolder(data, false)].filter((found) => found !== null),
      [],
    )
  }
})

test('SQLITE88: a fact that tells of a removal goes when a million numbers have followed it, and is counted', async (t) => {
  const folder = await tempFolder(t)
  let store = await filledStore(t, folder, 8)
  const remove = async (): Promise<void> => {
    const due = await store.maintenance.due([ALL], 1)
    assert.equal(await store.maintenance.remove(due, T0 + 1_000), 1)
  }
  const removals = async (): Promise<readonly number[]> =>
    (await store.read.facts(0, 9_999)).filter(({ fact }) => fact.type === 'removed').map(({ seq }) => seq)
  /** As if so many facts had been made and were gone. */
  const leaveOut = async (count: number): Promise<void> => {
    await store.close()
    const db = new DatabaseSync(join(folder, 'runs.db'))
    db.exec(`UPDATE counters SET value = value + ${count} WHERE name IN ('seq', 'facts_gone')`)
    db.close()
    store = await openSqliteStore({ folder })
    t.after(() => store.close())
  }
  for (let times = 0; times < 6; times++) await remove()
  const old = await removals()
  assert.equal(old.length, 6)
  // The next is the millionth after the first.
  await leaveOut(REMOVALS_STAY - 6)
  await remove()
  assert.deepEqual((await removals()).slice(0, -1), old)
  // The one after that is too far from all of them: four go with it, which is more than it makes.
  await leaveOut(9)
  await remove()
  assert.deepEqual((await removals()).slice(0, -2), old.slice(4))
  await store.close()
  assert.deepEqual(
    [...checkFolder(folder, false)].filter((found) => found !== null),
    [],
  )
  const db = new DatabaseSync(join(folder, 'runs.db'), { readOnly: true })
  const kept = db.prepare('SELECT seq FROM removals ORDER BY seq').all()
  const [gone] = db
    .prepare(
      `SELECT value + (SELECT count(*) FROM facts) - (SELECT value FROM counters WHERE name = 'seq') AS gone
        FROM counters WHERE name = 'facts_gone'`,
    )
    .all()
  db.close()
  assert.deepEqual([kept.length, gone?.['gone']], [4, 0])
})

test('SQLITE84: sweeps that are asked for at once are one, and nothing that a run is bound to goes', async (t) => {
  const folder = await tempFolder(t)
  const store = await openSqliteStore({ folder })
  t.after(() => store.close())
  await store.commit({ runs: Array.from({ length: 12_000 }, (_, index) => write(boundTo(index + 1, index + 1))) })
  await store.maintenance.remove(await store.maintenance.due([ALL], 100), T0 + 1_000)
  const sweeps = [store.maintenance.sweep(), store.maintenance.sweep()]
  // Bound to the same as some that are gone, while these are looked for.
  const again = Array.from({ length: 100 }, (_, index) => write(boundTo(20_001 + index, index + 1)))
  await store.commit({ runs: again })
  sweeps.push(store.maintenance.sweep())
  assert.deepEqual(await Promise.all(sweeps), [100, 100, 100])
  assert.deepEqual(await store.read.run('r20001'), boundTo(20_001, 1))
  assert.equal(await store.maintenance.sweep(), 0)
  assert.equal(await store.maintenance.sweep(() => false), 0)
  assert.deepEqual(
    [...checkFolder(folder, false)].filter((found) => found !== null),
    [],
  )
})

test('SQLITE84: what one sweep has noted is of no use to another', () => {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE runs (num INTEGER PRIMARY KEY, bound INTEGER); CREATE TABLE bounds (id INTEGER PRIMARY KEY)')
  db.exec('INSERT INTO bounds VALUES (1), (2); INSERT INTO runs VALUES (1, 1)')
  const read = new Statements(db)
  const bounds = new UsedBounds()
  assert.equal(bounds.mark(read, 1, 0, 2), null)
  assert.deepEqual(bounds.unmarked(read, 1, 0, 9), [2])
  assert.equal(bounds.mark(read, 2, 0, 2), null)
  assert.throws(() => bounds.unmarked(read, 1, 0, 9), /another sweep/)
  assert.throws(() => bounds.mark(read, 1, 1, 2), /another sweep/)
  assert.deepEqual(bounds.unmarked(read, 2, 0, 9), [2])
  db.close()
})

test('SQLITE85: a run that was changed after it was archived takes the place of its copy', async (t) => {
  const folder = await tempFolder(t)
  const store = await filledStore(t, join(folder, 'data'))
  const path = join(folder, 'old.db')
  // And then the server dies, before it removes them.
  await store.maintenance.archive(path, await store.maintenance.due([ALL], 3))
  await store.appendOutput([{ runId: 'r1', outputId: 'more', offset: 0, data: new Uint8Array(9) }])
  await store.commit({ runs: [write(run(1, 'failure', { version: 1 }), { meta: { marked: true } })] })
  const due = await store.maintenance.due([ALL], 3)
  assert.deepEqual(await store.maintenance.archive(path, due), { runs: 1, facts: 2, outputs: 2, refused: [] })
  assert.equal(await store.maintenance.remove(due, T0 + 1_000), 3)
  const archive = await openArchive(path)
  t.after(() => archive.close())
  assert.deepEqual(await archive.read.run('r1'), run(1, 'failure', { version: 1 }))
  assert.deepEqual(await archive.read.meta('r1'), { marked: true })
  assert.equal((await archive.read.log('r1')).length, 2)
  assert.deepEqual(await archive.read.output('r1', 'output', 0, 999_999), outputOf(1))
  assert.deepEqual(
    (await archive.read.outputs('r1')).map(({ outputId }) => outputId),
    ['more', 'output'],
  )
  assert.equal((await archive.read.instants(null, T0, T0 + 99, 99)).length, 3)
})

test('SQLITE86: a removal that failed once is tried again, and needs no restart', async (t) => {
  const folder = await tempFolder(t)
  const store = await filledStore(t, folder, 5)
  await store.commit({ nextRun: 10 })
  // Left by a crash.
  await store.appendOutput([{ runId: 'r7', outputId: 'output', offset: 0, data: new Uint8Array(9) }])
  const due = await store.maintenance.due([ALL], 2)
  const db = new DatabaseSync(join(folder, 'outputs.db'))
  t.after(() => db.close())
  db.exec("CREATE TRIGGER full BEFORE DELETE ON outputs BEGIN SELECT raise(ABORT, 'the disk is full'); END")
  await assert.rejects(store.maintenance.remove(due, T0 + 1_000), /the disk is full/)
  db.exec('DROP TRIGGER full')
  assert.equal(await store.maintenance.remove(due, T0 + 1_000), 2)
  assert.deepEqual(await store.read.outputs('r7'), [])
  assert.deepEqual(await store.read.outputs('r1'), [])
})

test('SQLITE86: outputs that a removal which failed has left go with the next, of whatever runs', async (t) => {
  const folder = await tempFolder(t)
  const store = await filledStore(t, folder, 5)
  await store.maintenance.remove([], T0)
  const [first, ...others] = await store.maintenance.due([ALL], 5)
  assert.ok(first !== undefined)
  const db = new DatabaseSync(join(folder, 'outputs.db'))
  t.after(() => db.close())
  db.exec("CREATE TRIGGER full BEFORE DELETE ON outputs BEGIN SELECT raise(ABORT, 'the disk is full'); END")
  await assert.rejects(store.maintenance.remove([first], T0 + 1_000), /the disk is full/)
  db.exec('DROP TRIGGER full')
  assert.equal((await store.read.outputs('r1')).length, 1)
  await store.maintenance.remove(others, T0 + 1_000)
  assert.deepEqual(await store.read.outputs('r1'), [])
})

test('SQLITE89: an archive that was moved away is made anew, also after it failed', async (t) => {
  const folder = await tempFolder(t)
  const store = await filledStore(t, join(folder, 'data'), 4)
  const path = join(folder, 'old.db')
  const [first, second] = await store.maintenance.due([ALL], 2)
  assert.ok(first !== undefined && second !== undefined)
  await store.maintenance.archive(path, [first])
  await rename(path, join(folder, 'kept.db'))
  // SQLite does not write to a file that is somewhere else now.
  await assert.rejects(store.maintenance.archive(path, [second]), refusal('STORE_ARCHIVE'))
  assert.equal((await store.maintenance.archive(path, [second])).runs, 1)
  const [kept, anew] = await Promise.all([openArchive(join(folder, 'kept.db')), openArchive(path)])
  t.after(() => Promise.all([kept.close(), anew.close()]))
  assert.deepEqual([await kept.read.countRuns({}, 9), await anew.read.countRuns({}, 9)], [1, 1])
})

test('SQLITE83: what was removed gives its space back in steps, and what no run is bound to goes', async (t) => {
  const folder = await tempFolder(t)
  const store = await filledStore(t, folder, 60)
  const before = outputsPages(folder)
  await store.maintenance.remove(await store.maintenance.due([ALL], 60), T0 + 1_000)
  let freed = 0
  for (let left = 1; left > 0; ) {
    const step = await store.maintenance.vacuum()
    freed += step.freed
    left = step.left
  }
  assert.ok(freed > 60 * 290_000, String(freed))
  assert.ok(outputsPages(folder) < before / 10)
  // One is left that runs.
  assert.equal(await store.maintenance.sweep(), 0)
  await store.commit({ runs: [write({ ...run(61, 'success', { version: 1 }) })] })
  await store.maintenance.remove(await store.maintenance.due([ALL], 60), T0 + 1_000)
  assert.equal(await store.maintenance.sweep(), 1)
  assert.deepEqual(
    [...checkFolder(folder, false)].filter((found) => found !== null),
    [],
  )
})

/** A finished run that is bound to the text of this number. */
function boundTo(number: number, text: number): ReturnType<typeof run> {
  const made = run(number, 'success')
  return made.state === 'success' ? { ...made, bound: { ...BOUND, definition: `hash-${text}` } } : made
}

function outputsPages(folder: string): number {
  const db = new DatabaseSync(join(folder, 'outputs.db'), { readOnly: true })
  const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count'])
  db.close()
  return pages
}
