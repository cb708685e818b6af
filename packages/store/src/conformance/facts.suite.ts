import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GeneralFact } from '../port/index.ts'
import { run, stateFact, T0, write } from './fixture.ts'
import { type Factory, newStore, refusal } from './place.ts'

const JOB: GeneralFact & { readonly time: number } = { type: 'job', change: 'added', jobId: 'ä', time: T0 + 0.25 }

/** Rules of the numbered log. */
export function testFacts(factory: Factory): void {
  test('STORE10: facts are numbered without a gap', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: [1, 2, 3].map((number) => write(run(number, 'scheduled'))) })
    const two = [stateFact('waiting'), stateFact('starting')].map((fact) => ({ ...fact, time: T0 }))
    const reply = await store.commit({
      runs: [write(run(1, 'starting', { version: 1 }), { facts: two }), write(run(9, 'running', { version: 1 }))],
      withdrawals: [
        { runId: 'r2', expect: 7, time: T0 },
        { runId: 'r3', expect: 0, time: T0 + 1 },
      ],
      facts: [JOB],
    })
    assert.deepEqual(reply, { firstSeq: 4, nextSeq: 8, conflicts: ['r9', 'r2'] })
    const facts = await store.read.facts(3, 10)
    assert.deepEqual(
      facts.map(({ seq, runId, fact }) => [seq, runId, fact.type]),
      [
        [4, 'r1', 'state'],
        [5, 'r1', 'state'],
        [6, 'r3', 'deleted'],
        [7, null, 'job'],
      ],
    )
  })

  test('STORE11: a batch without facts has firstSeq equal to nextSeq', async (t) => {
    const store = await newStore(t, factory)
    assert.deepEqual(await store.commit({}), { firstSeq: 1, nextSeq: 1, conflicts: [] })
    await store.commit({ facts: [JOB] })
    const silent = write(run(1, 'scheduled'), { facts: [] })
    assert.deepEqual(await store.commit({ runs: [silent] }), { firstSeq: 2, nextSeq: 2, conflicts: [] })
  })

  test('STORE12: facts are read above a number, in order, at most a limit', async (t) => {
    const store = await newStore(t, factory)
    assert.equal(await store.read.lastSeq(), 0)
    assert.deepEqual(await store.read.facts(0, 1), [])
    await store.commit({ facts: Array.from({ length: 700 }, () => JOB) })
    const seqs = (await store.read.facts(100, 450)).map(({ seq }) => seq)
    assert.deepEqual([seqs.length, seqs[0], seqs.at(-1)], [450, 101, 550])
    assert.equal((await store.read.facts(699, 10)).length, 1)
    assert.equal(await store.read.lastSeq(), 700)
    for (const limit of [0, 10_001, 1.5]) await assert.rejects(store.read.facts(0, limit), refusal('STORE_REQUEST'))
  })

  test('STORE13: the log of a run is its facts in order', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: [write(run(1, 'scheduled')), write(run(2, 'scheduled'))] })
    await store.commit({ runs: [write(run(1, 'waiting', { version: 1 }))] })
    const log = await store.read.log('r1')
    assert.deepEqual(
      log.map(({ seq, fact }) => [seq, fact]),
      [
        [1, stateFact('scheduled')],
        [3, stateFact('waiting')],
      ],
    )
    assert.deepEqual(await store.read.log('r7'), [])
  })

  test('STORE14: every type of fact is read back as it was written', async (t) => {
    const store = await newStore(t, factory)
    const ofRun = [stateFact('error'), { type: 'log', message: 'ü\n"' }, { type: 'meta' }] as const
    const general: readonly GeneralFact[] = [
      { type: 'job', change: 'removed', jobId: 'a/b' },
      { type: 'agent', change: 'connected', connId: 'conn', data: { group: 'g', n: [1, null] } },
      { type: 'pause', change: 'added', pauseId: 'p' },
      { type: 'backfill', change: 'ended', backfillId: 'b' },
    ]
    const runs = [write(run(1, 'error'), { facts: ofRun.map((fact, index) => ({ ...fact, time: T0 + index / 8 })) })]
    await store.commit({ runs, facts: general.map((fact) => ({ ...fact, time: T0 })) })
    assert.deepEqual(await store.read.facts(0, 10), [
      ...ofRun.map((fact, index) => ({ seq: index + 1, time: T0 + index / 8, runId: 'r1', fact })),
      ...general.map((fact, index) => ({ seq: index + 4, time: T0, runId: null, fact })),
    ])
  })
}
