import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, run, T0, write } from './fixture.ts'
import { type Factory, newStore } from './place.ts'

/** Rules of runs that are no longer wanted. */
export function testWithdrawals(factory: Factory): void {
  test('STORE25: a withdrawal removes all of a run but one fact', async (t) => {
    const store = await newStore(t, factory)
    const held = { verdict: 'held', reason: null, at: T0 } as const
    await store.commit({
      runs: [
        write(run(1, 'scheduled'), { instant: instant(1, T0), meta: { a: 1 } }),
        write(run(2, 'scheduled'), { instant: instant(2, T0 + 1), verdict: held }),
      ],
    })
    const withdrawals = [
      { runId: 'r1', expect: 0, time: T0 + 7 },
      { runId: 'r2', expect: 0, time: T0 + 8 },
    ] as const
    assert.deepEqual(await store.commit({ withdrawals }), { firstSeq: 3, nextSeq: 5, conflicts: [] })
    assert.equal(await store.read.run('r1'), null)
    assert.equal(await store.read.meta('r1'), null)
    assert.deepEqual(await store.read.log('r1'), [{ seq: 3, time: T0 + 7, runId: 'r1', fact: { type: 'deleted' } }])
    assert.equal((await store.read.facts(0, 10)).length, 2)
    const kept = instant(null, T0 + 1, { verdict: 'held', decidedAt: T0 })
    assert.deepEqual(await store.read.instants(null, T0, T0 + 9, 10), [kept])
    assert.equal(await store.read.countRuns({}, 10), 0)
    assert.deepEqual(await store.read.scheduledRuns(T0 + 99, 10), [])
  })

  test('STORE26: a withdrawal of a run that is not as expected is refused', async (t) => {
    const store = await newStore(t, factory)
    const runs = [run(1, 'scheduled'), run(2, 'waiting'), run(3, 'success')]
    await store.commit({ runs: runs.map((written) => write(written)) })
    const withdrawals = [
      { runId: 'r1', expect: 1, time: T0 },
      { runId: 'r2', expect: 0, time: T0 },
      { runId: 'r3', expect: 0, time: T0 },
      { runId: 'r4', expect: 0, time: T0 },
    ] as const
    const reply = await store.commit({ withdrawals })
    assert.deepEqual(reply, { firstSeq: 4, nextSeq: 4, conflicts: ['r1', 'r2', 'r3', 'r4'] })
    for (const written of runs) assert.deepEqual(await store.read.run(written.id), written)
  })

  test('STORE27: a withdrawal comes before the writes of its batch, or after that of its own run', async (t) => {
    const store = await newStore(t, factory)
    const old = { instant: instant(1, T0) }
    await store.commit({ runs: [write(run(1, 'scheduled'), old), write(run(2, 'scheduled'))] })
    const reply = await store.commit({
      runs: [write(run(3, 'scheduled'), { instant: instant(3, T0) }), write(run(2, 'scheduled', { version: 1 }))],
      withdrawals: [
        { runId: 'r2', expect: 1, time: T0 },
        { runId: 'r1', expect: 0, time: T0 },
      ],
    })
    assert.deepEqual(reply, { firstSeq: 3, nextSeq: 7, conflicts: [] })
    assert.deepEqual(await store.read.instants(null, T0, T0 + 9, 10), [instant(3, T0)])
    const facts = await store.read.facts(2, 10)
    assert.deepEqual(
      facts.map(({ seq, runId, fact }) => [seq, runId, fact.type]),
      [
        [3, 'r3', 'state'],
        [5, 'r2', 'deleted'],
        [6, 'r1', 'deleted'],
      ],
    )
  })
}
