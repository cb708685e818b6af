import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { auditFolder } from '../audit/index.ts'
import { run, T0, write } from '../conformance/fixture.ts'
import { refusal } from '../conformance/place.ts'
import { StoreError } from '../port/index.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { filledStore, made, outputOf, places } from './fixture.ts'
import { backUp, checkFolder, restore } from './index.ts'
import { NUMBERS_LEFT_OUT } from './new-numbers.ts'

test('FOLDER1: a backup of a store that is written to has each database as of one moment, outputs not before runs, and is a sound data folder', async (t) => {
  const { folder, data } = await places(t)
  const store = await filledStore(t, data)
  await writeFile(join(data, 'agent-token'), 'secret\n')
  await writeFile(join(data, 'jobs-record'), 'not kept')
  const stop = writing(store)
  const manifest = await made(data, join(folder, 'copy'))
  const written = await stop()
  assert.ok(written > 0)
  assert.deepEqual(
    manifest.files.map(({ name }) => name),
    ['runs.db', 'outputs.db', 'agent-token'],
  )
  assert.deepEqual((await readdir(join(folder, 'copy'))).sort(), [
    'agent-token',
    'backup.json',
    'outputs.db',
    'runs.db',
  ])
  assert.deepEqual((await readdir(folder)).sort(), ['copy', 'data'])
  const { aside } = await restore({
    source: join(folder, 'copy'),
    data: join(folder, 'back'),
    force: false,
    time: T0,
    stamp: 's',
  })
  assert.equal(aside, null)
  assert.deepEqual(
    // Outputs are of a later moment than runs: there may be some of runs that the copy does not have.
    [...checkFolder(join(folder, 'back'), false)].filter((found) => found !== null && found.severity !== 'notice'),
    [],
  )
  const back = await openSqliteStore({ folder: join(folder, 'back') })
  t.after(() => back.close())
  assert.deepEqual(await back.read.run('r20'), run(20, 'success'))
  assert.deepEqual(await back.read.output('r20', 'output', 0, 1_000_000), outputOf(20))
  assert.equal(await readFile(join(folder, 'back', 'agent-token'), 'utf8'), 'secret\n')
  // Each run that had ended has its whole output.
  const { runs } = await back.read.runs({ filter: { states: ['success'] }, limit: 10_000 })
  for (const { id } of runs) assert.equal((await back.read.outputs(id)).length, 1, id)
})

test('FOLDER2: a backup is refused where something is at the destination, its folder is missing, or there is no data folder', async (t) => {
  const { folder, data } = await places(t)
  await filledStore(t, data, 1)
  await assert.rejects(made(data, data), refusal('STORE_FOLDER'))
  await assert.rejects(made(data, join(folder, 'no', 'copy')), refusal('STORE_FOLDER'))
  await assert.rejects(made(join(folder, 'none'), join(folder, 'copy')), refusal('STORE_FOLDER'))
  assert.deepEqual(await readdir(folder), ['data'])
})

test('FOLDER18: a backup whose snapshot would let the log grow too large is given up, and the next one is whole', async (t) => {
  const { folder, data } = await places(t)
  const store = await filledStore(t, data, 60)
  const log = join(data, 'outputs.db-wal')
  const db = new DatabaseSync(join(data, 'outputs.db'), { timeout: 5_000 })
  const startOver = (): unknown => db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy']
  assert.equal(startOver(), 0)
  const told: string[] = []
  const asked = { data, destination: join(folder, 'copy'), version: '1', time: '2026-01-31T09:00:00Z', logMost: 1 }
  // Somebody writes between two steps of the copy.
  const progress = (file: string): void => {
    told.push(file)
    if (file === 'outputs.db') db.exec('UPDATE outputs SET length = length + 1')
  }
  await assert.rejects(backUp({ ...asked, progress }), (error: unknown) => {
    assert.ok(error instanceof StoreError && error.code === 'STORE_BACKUP', String(error))
    assert.match(error.message, /outputs\.db-wal grew by \d+ MiB during the copy, and may by 0 MiB\. Back up to/)
    return true
  })
  assert.ok(told.filter((file) => file === 'outputs.db').length < 4, told.join())
  assert.deepEqual(await readdir(folder), ['data'])
  // Nothing holds the log any more, and the server was never in the way.
  await store.commit({ runs: [write(run(90, 'success'))] })
  assert.equal(startOver(), 0)
  db.close()
  assert.equal((await stat(log)).size, 0)
  await made(data, join(folder, 'copy'))
})

test('FOLDER3: what a backup that was killed left is removed by the next; one that is under way is left alone', async (t) => {
  const { folder, data } = await places(t)
  await filledStore(t, data, 1)
  await mkdir(join(folder, '.copy.partial-1'))
  await writeFile(join(folder, '.copy.partial-1', 'runs.db'), 'half')
  await made(data, join(folder, 'copy'))
  assert.deepEqual((await readdir(folder)).sort(), ['copy', 'data'])
})

test('FOLDER4: restoring over a folder with something in it is refused, or moves it aside; over one in use it is refused', async (t) => {
  const { folder, data } = await places(t)
  const store = await filledStore(t, data, 3)
  const source = join(folder, 'copy')
  await made(data, source)
  const again = { source, data, time: T0, stamp: '20260131T090000' }
  await assert.rejects(restore({ ...again, force: false }), refusal('STORE_FOLDER'))
  await assert.rejects(restore({ ...again, force: true }), refusal('STORE_LOCKED'))
  await store.close()
  const { aside } = await restore({ ...again, force: true })
  assert.equal(aside, `${data}.before-restore-20260131T090000`)
  assert.ok((await readdir(aside)).includes('runs.db'))
  const back = await openSqliteStore({ folder: data })
  assert.equal(await back.read.countRuns({}, 9), 4)
  await back.close()
})

test('FOLDER19: what is restored gives out no number that was given out since, and its log has no gap that nothing explains', async (t) => {
  const { folder, data } = await places(t)
  const store = await filledStore(t, data, 3)
  const source = join(folder, 'copy')
  await made(data, source)
  const seq = await store.read.lastSeq()
  await store.commit({ runs: [write(run(2_000_000, 'success'))] })
  await store.close()
  const { aside } = await restore({ source, data, force: true, time: T0, stamp: 'x' })
  assert.ok(aside !== null)
  // Of the folder that was there it is known what it gave out; without it, a million is left out.
  await restore({ source, data: join(folder, 'other'), force: false, time: T0, stamp: 'x' })
  for (const [place, next] of [
    [data, 2_000_001],
    [join(folder, 'other'), 5],
  ] as const) {
    assert.deepEqual(
      [...checkFolder(place, false)].filter((found) => found !== null),
      [],
    )
    const report = auditFolder({ folder: place, now: T0, bound: 60_000 })
    const logs = report.findings.filter(({ rule }) =>
      ['fact-gap', 'fact-missing', 'number-above-counter'].includes(rule.id),
    )
    assert.deepEqual(
      logs.map(({ total }) => total),
      [0, 0, 0],
    )
    const back = await openSqliteStore({ folder: place })
    assert.equal(await back.read.nextRun(), next + NUMBERS_LEFT_OUT)
    assert.equal(await back.read.lastSeq(), seq + NUMBERS_LEFT_OUT)
    assert.equal((await back.commit({ runs: [write(run(5, 'success'))] })).firstSeq, seq + NUMBERS_LEFT_OUT + 1)
    await back.close()
  }
})

test('FOLDER5: a backup that is not as it was written is refused, and nothing is changed', async (t) => {
  const { folder, data } = await places(t)
  await filledStore(t, data, 3)
  const source = join(folder, 'copy')
  const back = join(folder, 'back')
  await made(data, source)
  const bytes = await readFile(join(source, 'outputs.db'))
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  await writeFile(join(source, 'outputs.db'), bytes)
  await assert.rejects(restore({ source, data: back, force: false, time: T0, stamp: '' }), refusal('STORE_DAMAGED'))
  await writeFile(join(source, 'backup.json'), '{"format":1,"program":"1","time":"","files":[{"name":"../x"}]}')
  await assert.rejects(restore({ source, data: back, force: false, time: T0, stamp: '' }), refusal('STORE_DAMAGED'))
  await assert.rejects(
    restore({ source: data, data: back, force: false, time: T0, stamp: '' }),
    refusal('STORE_FOLDER'),
  )
  assert.ok(!(await readdir(folder)).includes('back'))
})

test('FOLDER16: restoring that is refused or fails leaves nothing behind', async (t) => {
  const { folder, data } = await places(t)
  await filledStore(t, data, 3)
  const source = join(folder, 'copy')
  await made(data, source)
  const before = (await readdir(folder)).sort()
  const back = join(folder, 'back')
  await writeFile(join(source, 'outputs.db'), 'other', { flag: 'a' })
  await assert.rejects(restore({ source, data: back, force: false, time: T0, stamp: '' }), refusal('STORE_DAMAGED'))
  await rm(join(source, 'runs.db'))
  await assert.rejects(restore({ source, data: back, force: false, time: T0, stamp: '' }), refusal('STORE_DAMAGED'))
  assert.deepEqual((await readdir(folder)).sort(), before)
})

test('FOLDER6: kill -9 in the middle of a backup leaves nothing at the destination, and the next one is whole', async (t) => {
  const { folder, data } = await places(t)
  await filledStore(t, data, 120)
  const destination = join(folder, 'copy')
  const program = join(import.meta.dirname, 'fixture-backup.ts')
  const child = spawn(process.execPath, [program, data, destination], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('outputs.db')) child.kill('SIGKILL')
  assert.ok(!(await readdir(folder)).includes('copy'))
  const { files } = await made(data, destination)
  assert.deepEqual((await readdir(folder)).sort(), ['copy', 'data'])
  assert.ok((files.find(({ name }) => name === 'outputs.db')?.size ?? 0) > 120 * 300_000)
})

/** Writes finished runs with output until told to stop; then how many. */
function writing(store: Awaited<ReturnType<typeof filledStore>>): () => Promise<number> {
  const stop = new AbortController()
  let number = 100
  const done = (async () => {
    while (!stop.signal.aborted) {
      await store.appendOutput([{ runId: `r${++number}`, outputId: 'output', offset: 0, data: new Uint8Array(9_000) }])
      await store.commit({ runs: [write(run(number, 'success'))] })
    }
  })()
  return async () => {
    stop.abort()
    await done
    return number - 100
  }
}
