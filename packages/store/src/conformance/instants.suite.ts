import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LedgerRequest } from '../port/index.ts'
import { instant, run, T0, write } from './fixture.ts'
import { type Factory, newStore } from './place.ts'

/** Rules of due instants. */
export function testInstants(factory: Factory): void {
  test('STORE20: an instant is unique by job, schedule key and due', async (t) => {
    const store = await newStore(t, factory)
    const missed = instant(null, T0, { verdict: 'missed', reason: 'late', decidedAt: T0 + 5 })
    await store.commit({ instants: [missed], runs: [write(run(1, 'scheduled'), { instant: instant(1, T0 + 1) })] })
    const runs = [
      write(run(2, 'scheduled'), { instant: instant(2, T0), meta: { no: true } }),
      write(run(3, 'scheduled'), { instant: instant(3, T0 + 1) }),
      write(run(4, 'scheduled'), { instant: instant(4, T0 + 1, { scheduleKey: 'other' }) }),
      write(run(5, 'scheduled'), { instant: instant(5, T0 + 1, { jobId: 'other' }) }),
    ]
    const reply = await store.commit({ runs, instants: [instant(null, T0), instant(null, T0 + 2)] })
    assert.deepEqual(reply, { firstSeq: 2, nextSeq: 4, conflicts: ['r2', 'r3'] })
    assert.equal(await store.read.run('r2'), null)
    assert.equal(await store.read.meta('r2'), null)
    assert.deepEqual(await store.read.instants('dir/job', T0, T0 + 9, 10), [
      missed,
      instant(1, T0 + 1),
      instant(4, T0 + 1, { scheduleKey: 'other' }),
      instant(null, T0 + 2),
    ])
  })

  test('STORE21: a verdict is given to the instant of the run, and the first stays', async (t) => {
    const store = await newStore(t, factory)
    const started = { verdict: 'started', reason: null, at: T0 + 5 } as const
    const skipped = { verdict: 'skipped', reason: 'by a user', at: T0 + 6 } as const
    await store.commit({
      runs: [
        write(run(1, 'scheduled'), { instant: instant(1, T0) }),
        write(run(2, 'success'), { instant: instant(2, T0 + 1), verdict: skipped }),
        write(run(3, 'scheduled'), { verdict: started }),
      ],
    })
    await store.commit({ runs: [write(run(1, 'waiting', { version: 1 }), { verdict: started })] })
    await store.commit({ runs: [write(run(1, 'skipped', { version: 2 }), { verdict: skipped })] })
    assert.deepEqual(await store.read.instants(null, T0, T0 + 9, 10), [
      instant(1, T0, { verdict: 'started', decidedAt: T0 + 5 }),
      instant(2, T0 + 1, { verdict: 'skipped', reason: 'by a user', decidedAt: T0 + 6 }),
    ])
  })

  test('STORE22: instants are read by window, in order', async (t) => {
    const store = await newStore(t, factory)
    const rows = [
      instant(null, T0 + 2, { jobId: 'b' }),
      instant(null, T0 + 1, { jobId: 'c', scheduleKey: 'y' }),
      instant(null, T0 + 1, { jobId: 'c', scheduleKey: 'x' }),
      instant(null, T0 + 1, { jobId: 'a' }),
      instant(null, T0 + 3, { jobId: 'c' }),
      instant(null, T0, { jobId: 'c' }),
    ]
    await store.commit({ instants: rows })
    const read = async (job: string | null, limit: number): Promise<unknown[]> =>
      (await store.read.instants(job, T0 + 1, T0 + 3, limit)).map((row) => rows.findIndex((one) => same(one, row)))
    assert.deepEqual(await read(null, 10), [3, 2, 1, 0])
    assert.deepEqual(await read(null, 2), [3, 2])
    assert.deepEqual(await read('c', 10), [2, 1])
    assert.deepEqual(await read('none', 10), [])
  })

  test('STORE23: pending instants are those without a verdict, with the version of their runs', async (t) => {
    const store = await newStore(t, factory)
    const verdict = { verdict: 'held', reason: 'paused', at: T0 } as const
    await store.commit({
      runs: [
        write(run(1, 'scheduled'), { instant: instant(1, T0 + 2) }),
        write(run(2, 'scheduled'), { instant: instant(2, T0 + 1) }),
        write(run(3, 'scheduled'), { instant: instant(3, T0 + 3), verdict }),
        write(run(4, 'scheduled'), { instant: instant(4, T0 + 1, { jobId: 'other' }) }),
      ],
    })
    await store.commit({ runs: [write(run(1, 'scheduled', { version: 1 }))] })
    assert.deepEqual(await store.read.pendingInstants('dir/job'), [
      { ...instant(2, T0 + 1), runVersion: 0 },
      { ...instant(1, T0 + 2), runVersion: 1 },
    ])
    assert.deepEqual(await store.read.pendingInstants('none'), [])
  })

  test('STORE85: the ledger is paged, and filtered by job, verdict and lateness', async (t) => {
    const store = await newStore(t, factory)
    const rows = [
      instant(null, T0, { jobId: 'b', verdict: 'missed', reason: 'late', decidedAt: T0 + 100 }),
      instant(null, T0 + 1, { jobId: 'a', scheduleKey: 'x' }),
      instant(null, T0 + 1, { jobId: 'a', scheduleKey: 'y', verdict: 'started', decidedAt: T0 + 1 }),
      instant(null, T0 + 1, { jobId: 'b', verdict: 'started', decidedAt: T0 + 61 }),
      instant(null, T0 + 2, { jobId: 'a' }),
    ]
    await store.commit({ instants: rows.toReversed() })
    const bounds = { from: T0, to: T0 + 9 }
    const read = async (more: Partial<LedgerRequest>): Promise<unknown[]> =>
      (await store.read.ledger({ ...bounds, limit: 10, ...more })).map((row) => rows.findIndex((one) => same(one, row)))
    assert.deepEqual(await store.read.ledger({ ...bounds, limit: 10 }), rows)
    for (const jobId of [undefined, 'a', 'b']) {
      const whole = await read(jobId === undefined ? {} : { jobId })
      const paged: unknown[] = []
      for (let after: LedgerRequest['after']; ; ) {
        const job = jobId === undefined ? {} : { jobId }
        const page = await store.read.ledger({ ...bounds, ...job, limit: 2, ...(after === undefined ? {} : { after }) })
        paged.push(...page.map((row) => rows.findIndex((one) => same(one, row))))
        after = page.at(-1)
        if (after === undefined) break
      }
      assert.deepEqual(paged, whole)
    }
    assert.deepEqual(await read({ verdicts: ['started'] }), [2, 3])
    assert.deepEqual(await read({ verdicts: ['undecided', 'missed'] }), [0, 1, 4])
    assert.deepEqual(await read({ verdicts: ['undecided'], jobId: 'a' }), [1, 4])
    assert.deepEqual(await read({ verdicts: [] }), [])
    assert.deepEqual(await read({ later: 59 }), [0, 3])
    assert.deepEqual(await read({ later: 59, verdicts: ['started'] }), [3])
    assert.deepEqual(await read({ from: T0 + 2 }), [4])
    await assert.rejects(read({ limit: 0 }), { code: 'STORE_REQUEST' })
  })

  test('STORE86: what has no verdict, with the state of its run', async (t) => {
    const store = await newStore(t, factory)
    const verdict = { verdict: 'held', reason: 'paused', at: T0 } as const
    await store.commit({
      instants: [instant(null, T0 + 5, { jobId: 'other' }), instant(9, T0 + 4, { jobId: 'z' })],
      runs: [
        write(run(1, 'scheduled'), { instant: instant(1, T0 + 2) }),
        write(run(2, 'waiting'), { instant: instant(2, T0 + 1) }),
        write(run(3, 'scheduled'), { instant: instant(3, T0 + 3), verdict }),
      ],
    })
    const all = [
      { ...instant(2, T0 + 1), runState: 'waiting' },
      { ...instant(1, T0 + 2), runState: 'scheduled' },
      { ...instant(9, T0 + 4, { jobId: 'z' }), runState: null },
      { ...instant(null, T0 + 5, { jobId: 'other' }), runState: null },
    ]
    assert.deepEqual(await store.read.undecidedInstants(T0 + 9, 10), all)
    assert.deepEqual(await store.read.undecidedInstants(T0 + 5, 2), all.slice(0, 2))
    assert.deepEqual(await store.read.undecidedInstants(T0 + 1, 10), [])
  })

  test('STORE24: instants are counted by verdict in a window', async (t) => {
    const store = await newStore(t, factory)
    const verdicts = ['started', 'skipped', 'missed', 'held', 'superseded', 'missed', null] as const
    await store.commit({ instants: verdicts.map((verdict, index) => instant(null, T0 + index, { verdict })) })
    const all = { started: 1, skipped: 1, missed: 2, held: 1, superseded: 1, undecided: 1 }
    assert.deepEqual(await store.read.countInstants(T0, T0 + 9), all)
    assert.deepEqual(await store.read.countInstants(T0 + 1, T0 + 6), { ...all, started: 0, undecided: 0 })
  })
}

function same(left: { jobId: string; scheduleKey: string; due: number }, right: typeof left): boolean {
  return left.jobId === right.jobId && left.scheduleKey === right.scheduleKey && left.due === right.due
}
