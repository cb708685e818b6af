import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { run, write } from '../conformance/fixture.ts'
import { refusal } from '../conformance/place.ts'
import { tempFolder } from '../folder/fixture.ts'
import { checkFolder } from '../folder/check.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { auditFolder } from '../audit/index.ts'
import { makeOldFile, OLD_T0, type OldRun, oldTime } from './fixture.ts'
import { importDatabase, type Imported, type JobOf } from './import.ts'

const bytes = new Uint8Array(2_500_000).map((_, index) => index % 251)

const ODD: readonly OldRun[] = [
  { number: 1, output: { bytes, compression: 'br' } },
  {
    number: 2,
    state: 'failure',
    history: [
      [OLD_T0 + 2, 'scheduled: now'],
      [OLD_T0 + 3, 'failure: exit code 3'],
    ],
    output: { bytes: new Uint8Array(3), compression: null },
  },
  { number: 3, state: 'error', times: { error: oldTime(OLD_T0 + 3.5) }, program: null, meta: null, history: [] },
  { number: 4, state: 'running', times: { schedule: oldTime(OLD_T0), running: oldTime(OLD_T0 + 1) } },
  { number: 7, program: '{"type": "my.own.Program", "deep": {"a": [1]}}' },
  { number: 8, args: '{' },
]

test('IMPORT1: runs come over with ids, times, states, logs, metadata, programs and outputs', async (t) => {
  const { data, done } = await imported(t, ODD)
  assert.deepEqual(
    { ...done, notices: done.notices.length },
    { runs: 5, known: 0, outputs: 2, jobs: 0, notices: 1, moreNotices: 0 },
  )
  assert.match(`${done.notices[0]?.what}: ${done.notices[0]?.why}`, /^run r8 left out: its args is no JSON: \{$/)
  const store = await openSqliteStore({ folder: data })
  t.after(() => store.close())
  const { read } = store
  const first = await read.run('r1')
  assert.ok(first?.state === 'success')
  const time = (OLD_T0 + 1.123456) * 1_000
  assert.ok(Math.abs((first.times.success ?? 0) - time) < 0.001)
  assert.deepEqual(
    [first.jobId, first.args, first.labels, first.elapsed],
    ['some/job', { date: '2026-01-01' }, ['old'], 1.5],
  )
  assert.deepEqual([first.bound?.program.type, first.bound?.program.str], ['procstar-shell', 'echo hi'])
  assert.equal(first.bound?.conditions[0]?.str, 'other has run')
  assert.deepEqual(
    (await read.log('r1')).map(({ fact }) => ('message' in fact ? `${fact.type} ${fact.message}` : '')),
    ['log scheduled: now', 'log running', 'state success'],
  )
  assert.deepEqual(await read.meta('r1'), { status: 0 })
  assert.deepEqual(await read.output('r1', 'output', 0, bytes.length), bytes)
  const second = await read.run('r2')
  assert.ok(second?.state === 'failure' && second.message === 'exit code 3')
  const third = await read.run('r3')
  assert.ok(third?.state === 'error' && third.bound === null && third.elapsed === null)
  assert.deepEqual(third.times, { error: (OLD_T0 + 3.5) * 1_000 })
  assert.equal(await read.meta('r3'), null)
  const fourth = await read.run('r4')
  assert.ok(fourth?.state === 'error' && fourth.message === 'imported while unfinished')
  const seventh = await read.run('r7')
  assert.ok(seventh?.state === 'success')
  assert.deepEqual(seventh.bound?.program.spec, { type: 'my.own.Program', deep: { a: [1] } })
  assert.equal(await read.nextRun(), 11)
  assert.deepEqual(
    [...checkFolder(data, false)].filter((found) => found !== null),
    [],
  )
})

test('IMPORT2: a second import adds nothing', async (t) => {
  const { folder, data } = await imported(t, ODD)
  const again = await importDatabase({ path: join(folder, 'old.db'), data, jobOf: noJobs, progress: () => {} })
  assert.deepEqual([again.runs, again.known], [0, 5])
  const store = await openSqliteStore({ folder: data })
  assert.equal(await store.read.countRuns({}, 99), 5)
  assert.equal(await store.read.lastSeq(), 13)
  await store.close()
})

test('IMPORT3: where an id is taken by another run, or the folder is in use, nothing is changed', async (t) => {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  makeOldFile(
    join(folder, 'old.db'),
    Array.from({ length: 500 }, (_, index) => ({ number: index + 1 })),
  )
  const options = { path: join(folder, 'old.db'), data, jobOf: noJobs, progress: () => {} }
  const store = await openSqliteStore({ folder: data })
  await store.commit({ runs: [write(run(450, 'success'))] })
  await assert.rejects(importDatabase(options), refusal('STORE_LOCKED'))
  await store.close()
  await assert.rejects(importDatabase(options), refusal('STORE_IMPORT'))
  const after = await openSqliteStore({ folder: data })
  assert.equal(await after.read.countRuns({}, 999), 1)
  await after.close()
})

test('IMPORT4: a file that is no database of the existing Apsis is refused, and says what it lacks', async (t) => {
  const folder = await tempFolder(t)
  const path = join(folder, 'x.db')
  const options = { path, data: join(folder, 'data'), jobOf: noJobs, progress: () => {} }
  await assert.rejects(importDatabase(options), refusal('STORE_IMPORT'))
  const db = new DatabaseSync(path)
  db.exec('CREATE TABLE runs (rowid INTEGER PRIMARY KEY, run_id TEXT)')
  db.close()
  await assert.rejects(importDatabase(options), /table runs has no timestamp, job_id/)
})

test('IMPORT5: ad hoc jobs come over; what cannot be read is named', async (t) => {
  const jobOf: JobOf = (jobId) =>
    jobId === 'good'
      ? { ok: true, hash: 'h', json: { program: { type: 'no-op' } } }
      : { ok: false, message: 'a reason' }
  const { data, done } = await imported(t, [], { good: '{}', bad: '{}', worse: '{' }, jobOf)
  assert.equal(done.jobs, 1)
  assert.deepEqual(
    done.notices.map(({ what, why }) => `${what}: ${why}`),
    ['ad hoc job bad left out: a reason', 'ad hoc job worse left out: it is no JSON'],
  )
  const store = await openSqliteStore({ folder: data })
  assert.deepEqual(
    (await store.read.jobs()).map(({ jobId, hash, adHoc }) => [jobId, hash, adHoc]),
    [['good', 'h', true]],
  )
  await store.close()
})

test('IMPORT6: after kill -9 in the middle, it goes on: every run once, with its output', async (t) => {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  const path = join(folder, 'old.db')
  const output = { bytes: new Uint8Array(9_000).fill(7), compression: 'br' } as const
  makeOldFile(
    path,
    Array.from({ length: 2_000 }, (_, index) => ({ number: index + 1, output })),
  )
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixture-import.ts'), path, data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const done = await importDatabase({ path, data, jobOf: noJobs, progress: () => {} })
  assert.ok(done.known > 0 && done.runs > 0)
  assert.equal(done.known + done.runs, 2_000)
  const store = await openSqliteStore({ folder: data })
  assert.equal(await store.read.countRuns({ states: ['success'] }, 9_999), 2_000)
  assert.equal(await store.read.lastSeq(), 6_000)
  for (const id of ['r1', 'r200', 'r201', 'r2000'] as const)
    assert.deepEqual(await store.read.output(id, 'output', 0, 9_999), output.bytes)
  await store.close()
  assert.deepEqual(
    [...checkFolder(data, false)].filter((found) => found !== null),
    [],
  )
})

function noJobs(): ReturnType<JobOf> {
  return { ok: false, message: 'no' }
}

async function imported(
  t: Parameters<typeof tempFolder>[0],
  runs: readonly OldRun[],
  jobs: Readonly<Record<string, string>> = {},
  jobOf: JobOf = noJobs,
): Promise<{ readonly folder: string; readonly data: string; readonly done: Imported }> {
  const folder = await tempFolder(t)
  const data = join(folder, 'data')
  makeOldFile(join(folder, 'old.db'), runs, jobs)
  return { folder, data, done: await importDatabase({ path: join(folder, 'old.db'), data, jobOf, progress: () => {} }) }
}

test('IMPORT7: imported runs are of origin import, and the store breaks no rule of the audit', async (t) => {
  const { data } = await imported(t, ODD)
  const store = await openSqliteStore({ folder: data })
  assert.deepEqual((await store.read.run('r3'))?.origin, { type: 'import' })
  const terms = [{ not: false, type: 'origin', origins: ['import'] }] as const
  assert.equal(await store.read.countRuns({ query: { terms } }, 9), 5)
  await store.close()
  const broken = auditFolder({ folder: data, now: Date.now(), bound: 60_000 }).findings.filter(({ total }) => total > 0)
  assert.deepEqual(
    broken.flatMap(({ rule, violations }) => violations.map(({ of, wrong }) => `${rule.id}: ${of}: ${wrong}`)),
    [],
  )
})
