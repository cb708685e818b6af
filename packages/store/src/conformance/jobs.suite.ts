import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobRow } from '../port/index.ts'
import { plainJob, run, T0, write } from './fixture.ts'
import { type Factory, newStore } from './place.ts'

/** Rules of jobs, schedule cursors and the run number. */
export function testJobs(factory: Factory): void {
  test('STORE40: jobs come and go, their definitions stay', async (t) => {
    const store = await newStore(t, factory)
    const first = { jobId: 'b', hash: 'h1', json: { params: ['x'], ü: null }, adHoc: false }
    const other = { jobId: 'a', hash: 'h2', json: {}, adHoc: true }
    await store.commit({ jobs: [first, other] })
    assert.deepEqual((await store.read.jobs()).map(plainJob), [other, first])
    const definition = async (hash: string): Promise<JobRow | null> => {
      const row = await store.read.definition(hash)
      return row === null ? null : plainJob(row)
    }
    const second = { ...first, hash: 'h3', json: { params: [] } }
    await store.commit({ jobs: [second], removedJobs: ['a', 'none'] })
    assert.deepEqual((await store.read.jobs()).map(plainJob), [second])
    assert.deepEqual(await definition('h1'), first)
    assert.deepEqual(await definition('h2'), other)
    assert.deepEqual(await definition('h3'), second)
    assert.equal(await store.read.definition('h4'), null)
  })

  test('STORE41: cursors of schedules are stored, moved and removed', async (t) => {
    const store = await newStore(t, factory)
    const one = { jobId: 'b', scheduleKey: 'x', plannedUntil: T0 }
    const two = { jobId: 'a', scheduleKey: 'y', plannedUntil: T0 + 0.5 }
    await store.commit({ cursors: [one, two] })
    assert.deepEqual(await store.read.cursors(), [two, one])
    const removedCursors = [{ jobId: 'a', scheduleKey: 'y' }]
    await store.commit({ cursors: [{ ...one, plannedUntil: T0 + 9 }], removedCursors })
    assert.deepEqual(await store.read.cursors(), [{ ...one, plannedUntil: T0 + 9 }])
  })

  test('STORE43: records are put in place, listed by kind, and removed', async (t) => {
    const store = await newStore(t, factory)
    const one = { kind: 'pause', id: 'b', json: { target: 'x' } } as const
    const two = { kind: 'pause', id: 'a', json: {} } as const
    const other = { kind: 'backfill', id: 'a', json: { n: 1 } } as const
    await store.commit({ records: [one, two, other] })
    assert.deepEqual(await store.read.records('pause'), [two, one])
    await store.commit({
      records: [{ ...one, json: { target: 'y' } }],
      removedRecords: [two, { kind: 'drain', id: 'a' }],
    })
    assert.deepEqual(await store.read.records('pause'), [{ ...one, json: { target: 'y' } }])
    assert.deepEqual(await store.read.records('backfill'), [other])
  })

  test('STORE44: the definitions that a job has had, newest first', async (t) => {
    const store = await newStore(t, factory)
    const first = { jobId: 'a', since: T0, hash: 'h1' }
    const second = { jobId: 'a', since: T0 + 5, hash: null }
    await store.commit({ jobVersions: [first, second, { jobId: 'b', since: T0, hash: 'h2' }] })
    assert.deepEqual(await store.read.jobVersions('a', 10), [second, first])
    assert.deepEqual(await store.read.jobVersions('a', 1), [second])
    assert.deepEqual(await store.read.jobVersions('none', 10), [])
  })

  test('STORE42: the next run number never falls, and is above every run', async (t) => {
    const store = await newStore(t, factory)
    assert.equal(await store.read.nextRun(), 1)
    await store.commit({ nextRun: 7 })
    assert.equal(await store.read.nextRun(), 7)
    await store.commit({ nextRun: 3 })
    assert.equal(await store.read.nextRun(), 7)
    await store.commit({ runs: [write(run(12, 'scheduled'))] })
    await store.commit({ withdrawals: [{ runId: 'r12', expect: 0, time: T0 }] })
    assert.equal(await store.read.nextRun(), 13)
  })
}
