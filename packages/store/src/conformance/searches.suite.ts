import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STATES } from '@apsis/core/run'
import { run, T0, write } from './fixture.ts'
import { type Factory, newStore } from './place.ts'

/** Rules of the reads that the engine makes. */
export function testSearches(factory: Factory): void {
  test('STORE35: live runs are those in waiting, starting, running, stopping', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: STATES.map((state, index) => write(run(index + 1, state))) })
    const live = await store.read.liveRuns()
    assert.deepEqual(
      live.map(({ state }) => state),
      ['waiting', 'starting', 'running', 'stopping'],
    )
    await store.commit({ runs: [write(run(3, 'success', { version: 1 })), write(run(2, 'starting', { version: 1 }))] })
    assert.deepEqual(
      (await store.read.liveRuns()).map(({ id }) => id),
      ['r2', 'r4', 'r5', 'r6'],
    )
  })

  test('STORE36: scheduled runs are read before a time, by schedule time', async (t) => {
    const store = await newStore(t, factory)
    const dues = [5, 3, 4, 3, 9]
    await store.commit({ runs: dues.map((due, index) => write(run(index + 1, 'scheduled', { due: T0 + due }))) })
    await store.commit({
      runs: [write(run(6, 'waiting', { due: T0 })), write(run(3, 'waiting', { version: 1, due: T0 + 4 }))],
    })
    assert.deepEqual(
      (await store.read.scheduledRuns(T0 + 9, 10)).map(({ id }) => id),
      ['r2', 'r4', 'r1'],
    )
    assert.deepEqual(
      (await store.read.scheduledRuns(T0 + 10, 2)).map(({ id }) => id),
      ['r2', 'r4'],
    )
    assert.deepEqual(await store.read.scheduledRuns(T0 + 3, 2), [])
  })

  test('STORE37: the runs of a job and args: all unfinished, the newest of each finished state', async (t) => {
    const store = await newStore(t, factory)
    const args = { b: '2', a: '1' }
    const ours = STATES.map((state, index) => write(run(index + 1, state, { args })))
    const later = [write(run(20, 'success', { args: { a: '1', b: '2' } })), write(run(21, 'scheduled', { args }))]
    const others = [
      write(run(30, 'running', { args: { a: '1' } })),
      write(run(31, 'success', { args: {} })),
      write(run(32, 'error', { args, jobId: 'other' })),
    ]
    await store.commit({ runs: [...ours, ...later, ...others] })
    assert.deepEqual(await store.read.runsOf('dir/job', { a: '1', b: '2' }), {
      unfinished: [
        { id: 'r1', state: 'new' },
        { id: 'r2', state: 'scheduled' },
        { id: 'r3', state: 'waiting' },
        { id: 'r4', state: 'starting' },
        { id: 'r5', state: 'running' },
        { id: 'r6', state: 'stopping' },
        { id: 'r21', state: 'scheduled' },
      ],
      finished: { success: 'r20', failure: 'r8', error: 'r9', skipped: 'r10' },
    })
    assert.deepEqual(await store.read.runsOf('none', {}), { unfinished: [], finished: {} })
  })

  test('STORE38: a run that was marked, or went back, is found by its new state only', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: [write(run(1, 'failure')), write(run(2, 'success')), write(run(3, 'running'))] })
    const changed = [
      run(1, 'success', { version: 1 }),
      run(2, 'running', { version: 1 }),
      run(3, 'scheduled', { version: 1 }),
    ]
    await store.commit({ runs: changed.map((written) => write(written)) })
    for (const { id, state } of changed) {
      assert.deepEqual(
        (await store.read.runs({ filter: { states: [state] }, limit: 9 })).runs.map((one) => one.id),
        [id],
      )
      const ofJob = { jobId: 'dir/job', states: [state] }
      assert.deepEqual(
        (await store.read.runs({ filter: ofJob, limit: 9 })).runs.map((one) => one.id),
        [id],
      )
    }
    assert.deepEqual(
      (await store.read.liveRuns()).map(({ id }) => id),
      ['r2'],
    )
    const { finished } = await store.read.runsOf('dir/job', changed[0]?.args ?? {})
    assert.deepEqual(finished, { success: 'r1' })
  })
}
