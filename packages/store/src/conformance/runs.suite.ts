import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Run, runId, STATES } from '@apsis/core/run'
import { run, stateFact, T0, write } from './fixture.ts'
import { type Factory, newStore, refusal } from './place.ts'

/** Rules of writing runs. */
export function testRuns(factory: Factory): void {
  test('STORE1: a run of any state is read back as it was written, at every step of its life', async (t) => {
    const store = await newStore(t, factory)
    const life = STATES.slice(0, 7)
    for (const [version, state] of life.entries()) {
      const written = run(1, state, { version })
      assert.deepEqual((await store.commit({ runs: [write(written)] })).conflicts, [])
      assert.deepEqual(await store.read.run('r1'), written)
    }
    const fresh = STATES.map((state, index) => run(10 + index, state))
    const ended: Run = {
      ...run(30, 'skipped'),
      state: 'skipped',
      bound: null,
      handle: null,
      message: null,
      elapsed: null,
    }
    const plain: Run = { ...run(31, 'waiting'), state: 'waiting', bound: boundOf(run(31, 'waiting')), waitingFor: null }
    const free = { state: 'scheduled', held: null } as const
    const byPause = { since: T0, until: null, reason: null, due: true, pause: 'p' } as const
    const origins: Run[] = [
      { ...run(40, 'scheduled'), ...free, origin: { type: 'request' }, labels: [], args: {}, times: {} },
      { ...run(41, 'scheduled'), ...free, origin: { type: 'rerun', of: 'r1' } },
      { ...run(42, 'scheduled'), ...free, origin: { type: 'action', of: 'r1', depth: 3 } },
      { ...run(43, 'scheduled'), ...free, origin: { type: 'backfill', backfill: 'b', scheduleKey: 'key' } },
      { ...run(44, 'scheduled'), ...free, held: byPause },
    ]
    const all = [...fresh, ended, plain, ...origins]
    await store.commit({ runs: all.map((written) => write(written)) })
    for (const written of all) assert.deepEqual(await store.read.run(written.id), written)
    assert.equal(await store.read.run('r999'), null)
  })

  test('STORE16: the labels of a stored run change where the write says so, and are found by from then on', async (t) => {
    const store = await newStore(t, factory)
    const first = { ...run(1, 'scheduled'), labels: ['old'] }
    await store.commit({ runs: [write(first)] })
    const relabelled = { ...first, labels: ['new', 'é'], version: 1 }
    await store.commit({ runs: [write(relabelled, { relabelled: true })] })
    assert.deepEqual(await store.read.run('r1'), relabelled)
    await store.commit({ runs: [write({ ...run(1, 'waiting', { version: 2 }), labels: ['lost'] })] })
    assert.deepEqual((await store.read.run('r1'))?.labels, ['new', 'é'])
    const stale = write({ ...relabelled, labels: ['stale'] }, { relabelled: true })
    assert.deepEqual((await store.commit({ runs: [stale] })).conflicts, ['r1'])
    assert.deepEqual((await store.read.run('r1'))?.labels, ['new', 'é'])
  })

  test('STORE2: an insert of a run whose number is taken is refused', async (t) => {
    const store = await newStore(t, factory)
    const first = run(1, 'scheduled')
    await store.commit({ runs: [write(first, { meta: { first: true } })] })
    const reply = await store.commit({ runs: [write(run(1, 'success'), { meta: { first: false } })] })
    assert.deepEqual(reply, { firstSeq: 2, nextSeq: 2, conflicts: ['r1'] })
    assert.deepEqual(await store.read.run('r1'), first)
    assert.deepEqual(await store.read.meta('r1'), { first: true })
  })

  test('STORE3: an update is applied where the stored version is the expected one', async (t) => {
    const store = await newStore(t, factory)
    const first = run(1, 'scheduled')
    const second = run(1, 'waiting', { version: 1 })
    await store.commit({ runs: [write(first)] })
    assert.deepEqual((await store.commit({ runs: [write(second)] })).conflicts, [])
    const stale = write(run(1, 'running', { version: 1 }), { meta: { no: true } })
    const unknown = write(run(2, 'running', { version: 1 }))
    assert.deepEqual((await store.commit({ runs: [stale, unknown] })).conflicts, ['r1', 'r2'])
    assert.deepEqual(await store.read.run('r1'), second)
    assert.equal(await store.read.run('r2'), null)
    assert.equal(await store.read.meta('r1'), null)
    assert.equal((await store.read.log('r1')).length, 2)
  })

  test('STORE4: writes that are refused do not keep the rest of a batch from being applied', async (t) => {
    const store = await newStore(t, factory)
    const runs = [write(run(1, 'scheduled')), write(run(2, 'running', { version: 4 })), write(run(3, 'scheduled'))]
    assert.deepEqual(await store.commit({ runs }), { firstSeq: 1, nextSeq: 3, conflicts: ['r2'] })
    assert.deepEqual(await store.read.run('r3'), run(3, 'scheduled'))
  })

  test('STORE5: writes of one run in one batch are applied in order', async (t) => {
    const store = await newStore(t, factory)
    const last = run(1, 'running', { version: 2 })
    const runs = [write(run(1, 'scheduled')), write(run(1, 'waiting', { version: 1 })), write(last)]
    assert.deepEqual((await store.commit({ runs })).conflicts, [])
    assert.deepEqual(await store.read.run('r1'), last)
  })

  test('STORE6: metadata is replaced whole, and left alone by other changes', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: [write(run(1, 'scheduled'))] })
    assert.equal(await store.read.meta('r1'), null)
    await store.commit({ runs: [write(run(1, 'waiting', { version: 1 }), { meta: { a: 1, b: [null, 'ü'] } })] })
    await store.commit({ runs: [write(run(1, 'running', { version: 2 }))] })
    assert.deepEqual(await store.read.meta('r1'), { a: 1, b: [null, 'ü'] })
    await store.commit({ runs: [write(run(1, 'success', { version: 3 }), { meta: { c: {} } })] })
    assert.deepEqual(await store.read.meta('r1'), { c: {} })
  })

  test('STORE15: the metadata of several runs is read at once, of those that have some', async (t) => {
    const store = await newStore(t, factory)
    const metas = [{ a: 1, b: [null, 'ü'] }, null, { c: {} }]
    await store.commit({
      runs: metas.map((meta, index) => write(run(index + 1, 'scheduled'), meta === null ? {} : { meta })),
    })
    const found = await store.read.metas(['r3', 'r2', 'r1', 'r1', 'r99'])
    assert.deepEqual(
      [...found].sort(([left], [right]) => (left < right ? -1 : 1)),
      [
        ['r1', metas[0]],
        ['r3', metas[2]],
      ],
    )
    assert.deepEqual(await store.read.metas([]), new Map())
    await assert.rejects(store.read.metas(['r1', 'r0']), refusal('STORE_REQUEST'))
    await assert.rejects(store.read.metas(Array.from({ length: 10_001 }, () => runId(1))), refusal('STORE_REQUEST'))
  })

  test('STORE7: batches are applied in the order of the calls', async (t) => {
    const store = await newStore(t, factory)
    const versions = Array.from({ length: 300 }, (_, version) =>
      run(1, version === 0 ? 'scheduled' : 'running', { version }),
    )
    const replies = await Promise.all(versions.map((written) => store.commit({ runs: [write(written)] })))
    assert.deepEqual(
      replies.map(({ firstSeq, conflicts }) => [firstSeq, conflicts.length]),
      versions.map((_, index) => [index + 1, 0]),
    )
  })

  test('STORE8: a value that cannot be stored is refused with its batch, and others go on', async (t) => {
    const store = await newStore(t, factory)
    const good = write(run(1, 'scheduled'))
    const bad = [
      write(run(2, 'scheduled', { time: Number.NaN })),
      write(run(2, 'scheduled', { version: 0.5 }), { expect: null }),
      write(run(0, 'scheduled')),
      write(run(2, 'scheduled'), { facts: [{ ...stateFact('new'), time: Infinity }] }),
    ]
    const many = Array.from({ length: 600 }, (_, index) => write(run(1_000 + index, 'scheduled')))
    const batches = bad.map((wrong) => store.commit({ runs: [...many, good, wrong] }))
    const after = store.commit({ runs: [write(run(3, 'scheduled'))] })
    for (const batch of batches) await assert.rejects(batch, refusal('STORE_REQUEST'))
    await assert.rejects(store.commit({ nextRun: 0 }), refusal('STORE_REQUEST'))
    assert.deepEqual(await after, { firstSeq: 1, nextSeq: 2, conflicts: [] })
    assert.equal(await store.read.countRuns({}, 10), 1)
  })

  test('STORE9: a batch of thousands of runs is applied whole', async (t) => {
    const store = await newStore(t, factory)
    const runs = Array.from({ length: 2_345 }, (_, index) => write(run(index + 1, 'scheduled')))
    const small = write(run(5_000, 'scheduled', { time: T0 }))
    const [large, next] = await Promise.all([store.commit({ runs }), store.commit({ runs: [small] })])
    assert.deepEqual(large, { firstSeq: 1, nextSeq: 2_346, conflicts: [] })
    assert.deepEqual(next, { firstSeq: 2_346, nextSeq: 2_347, conflicts: [] })
    const facts = await store.read.facts(0, 10_000)
    assert.deepEqual(
      facts.map(({ seq, runId: id }) => [seq, id]),
      [...runs, small].map((written, index) => [index + 1, written.run.id]),
    )
    assert.equal((await store.read.facts(2_000, 10))[0]?.runId, runId(2_001))
  })
}

function boundOf(waiting: Run): Extract<Run, { readonly state: 'waiting' }>['bound'] {
  assert.ok(waiting.state === 'waiting')
  return waiting.bound
}
