import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { run, T0, write } from '../conformance/fixture.ts'
import { refusal } from '../conformance/place.ts'
import type { RunFilter, Store } from '../port/index.ts'
import { openSqliteStore } from './index.ts'

test('SQLITE50: while more than 200,000 changes wait a batch is refused, and taken later', async (t) => {
  const store = await newStore(t)
  const facts = Array.from({ length: 200_000 }, () => ({ type: 'job', change: 'added', jobId: 'j', time: T0 }) as const)
  const first = store.commit({ facts })
  await assert.rejects(store.commit({ facts: facts.slice(0, 1) }), refusal('STORE_BUSY'))
  assert.deepEqual(await first, { firstSeq: 1, nextSeq: 200_001, conflicts: [] })
  assert.deepEqual(await store.commit({ facts: facts.slice(0, 1) }), {
    firstSeq: 200_001,
    nextSeq: 200_002,
    conflicts: [],
  })
})

test('SQLITE51: while more than 64 MiB of output wait output is refused', async (t) => {
  const store = await newStore(t)
  const chunk = { runId: 'r1', outputId: 'o', offset: 0, data: new Uint8Array(64 * 1024 * 1024 + 1) } as const
  const small = { ...chunk, outputId: 'p', data: new Uint8Array(1) }
  const first = store.appendOutput([chunk])
  await assert.rejects(store.appendOutput([small]), refusal('STORE_BUSY'))
  assert.deepEqual(await first, [chunk.data.length])
  assert.deepEqual(await store.appendOutput([small]), [1])
})

test('SQLITE52: while 1,000 reads wait a read is refused', async (t) => {
  const store = await newStore(t)
  const reads = Array.from({ length: 1_000 }, () => store.read.lastSeq())
  await assert.rejects(store.read.lastSeq(), refusal('STORE_BUSY'))
  assert.equal((await Promise.all(reads)).length, 1_000)
  assert.equal(await store.read.lastSeq(), 0)
})

test('SQLITE55: what pages through history waits in a lane of its own: other reads are taken however much of it waits', async (t) => {
  const store = await newStore(t)
  await store.commit({ runs: [write(run(1, 'scheduled'), { meta: { a: 1 } })] })
  // Its thread is started, which counts as a read.
  assert.equal(await store.read.countRuns({}, 1), 1)
  const pages = Array.from({ length: 500 }, () => [
    store.read.runs({ filter: { ids: ['r1'] }, limit: 1 }),
    store.read.metas(['r1']),
  ])
  await assert.rejects(store.read.metas(['r1']), refusal('STORE_BUSY'))
  assert.equal((await store.read.run('r1'))?.id, 'r1')
  assert.deepEqual(await store.read.liveRuns(), [])
  await Promise.all(pages.flat())
})

test('SQLITE57: what waits is counted', async (t) => {
  const store = await newStore(t)
  const nothing = { changes: 0, outputBytes: 0, reads: 0, historyReads: 0 }
  assert.deepEqual(store.queues(), nothing)
  const facts = Array.from({ length: 10 }, () => ({ type: 'job', change: 'added', jobId: 'j', time: T0 }) as const)
  const waiting = [
    store.commit({ facts }),
    store.appendOutput([{ runId: 'r1', outputId: 'o', offset: 0, data: new Uint8Array(100) }]),
    store.read.lastSeq(),
  ]
  assert.deepEqual(store.queues(), { changes: 11, outputBytes: 100, reads: 1, historyReads: 0 })
  await Promise.all(waiting)
  assert.deepEqual(store.queues(), nothing)
})

test('SQLITE53: filters that select more than 20,000 runs give the same result', async (t) => {
  const store = await newStore(t)
  const runs = Array.from({ length: 21_000 }, (_, index) =>
    write(run(index + 1, index % 7 === 0 ? 'failure' : 'success', { jobId: `a/${index % 3}`, args: {} }), {
      facts: [],
    }),
  )
  for (let at = 0; at < runs.length; at += 3_000) await store.commit({ runs: runs.slice(at, at + 3_000) })
  for (const filter of [{ text: 'A/' }, { jobPrefix: 'a' }, { since: T0 }, { text: '/', since: T0 }] as const) {
    assert.equal(await store.read.countRuns(filter, 100_000), 21_000)
    const failed = await store.read.runs({ filter: { ...filter, states: ['failure', 'waiting'] }, limit: 3 })
    assert.deepEqual(
      failed.runs.map(({ id }) => id),
      ['r20994', 'r20987', 'r20980'],
    )
    const oldest = await store.read.runs({ filter, limit: 2, order: 'oldest' })
    assert.deepEqual(
      oldest.runs.map(({ id }) => id),
      ['r1', 'r2'],
    )
  }
})

test('SQLITE53: a job with more than 20,000 runs to come gives the same result', async (t) => {
  const store = await newStore(t)
  const runs = Array.from({ length: 21_000 }, (_, index) =>
    write(run(index + 1, index % 21 === 0 ? 'success' : 'scheduled', { jobId: 'a', args: {}, due: T0 - index }), {
      facts: [],
    }),
  )
  for (let at = 0; at < runs.length; at += 3_000) await store.commit({ runs: runs.slice(at, at + 3_000) })
  await store.commit({ runs: [write(run(30_000, 'running', { jobId: 'a', due: T0 - 5.5 }))] })
  await store.commit({
    runs: Array.from({ length: 1_000 }, (_, index) => write(run(40_000 + index, 'scheduled', { jobId: 'b' }))),
  })
  const page = async (order: 'latest' | 'earliest', more: RunFilter): Promise<readonly string[]> =>
    (await store.read.runs({ filter: { jobId: 'a', ...more }, order, limit: 3 })).runs.map(({ id }) => id)
  assert.deepEqual(await page('latest', {}), ['r1', 'r2', 'r3'])
  assert.deepEqual(await page('latest', { scheduledBefore: T0 - 4 }), ['r6', 'r30000', 'r7'])
  assert.deepEqual(await page('earliest', { states: ['scheduled'] }), ['r21000', 'r20999', 'r20998'])
  // More within the bounds than are sorted: walked by number.
  const newest = await store.read.runs({ filter: { scheduledBefore: T0 + 1 }, limit: 2 })
  assert.deepEqual(
    newest.runs.map(({ id }) => id),
    ['r30000', 'r21000'],
  )
})

async function newStore(t: TestContext): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-store-'))
  const store = await openSqliteStore({ folder })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  return store
}
