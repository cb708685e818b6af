import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FINISHED, runId } from '@apsis/core/run'
import {
  type DueSelection,
  INSTANT_STAYS,
  type InstantRow,
  type InstantSelection,
  type RunRemoval,
  type Store,
  type Verdict,
} from '../port/index.ts'
import { instant, run, T0, write } from './fixture.ts'
import { type Factory, newPlace, newStore, refusal } from './place.ts'

const ALL: DueSelection = { jobId: null, states: FINISHED, before: T0 + 1_000, keep: null }

/** Rules of upkeep. */
export function testMaintenance(factory: Factory): void {
  test('STORE70: runs are due by age: of all jobs by last change, of one by number, in the states asked for', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({
      runs: [
        write(run(1, 'success', { time: T0 + 30 })),
        write(run(2, 'failure', { time: T0 + 10 })),
        write(run(3, 'success', { time: T0 + 20, jobId: 'other' })),
        write(run(4, 'running', { time: T0 + 5 })),
        write(run(5, 'success', { time: T0 + 1_000 })),
        write(run(6, 'scheduled', { time: T0 })),
      ],
    })
    assert.deepEqual(await dueIn(store, ALL), ['r2', 'r3', 'r1'])
    assert.deepEqual(await dueIn(store, { ...ALL, states: ['success', 'running'] }), ['r3', 'r1'])
    assert.deepEqual(await dueIn(store, { ...ALL, jobId: 'dir/job' }), ['r1', 'r2'])
    assert.deepEqual(await dueIn(store, { ...ALL, jobId: 'none' }), [])
    assert.deepEqual(await dueIn(store, { ...ALL, states: [] }), [])
    assert.deepEqual(await store.maintenance.due([ALL], 1), [{ runId: 'r2', version: 0, changed: T0 + 10.125 }])
    const two = [
      { ...ALL, jobId: 'other' },
      { ...ALL, jobId: 'dir/job', states: FINISHED },
    ]
    assert.deepEqual(
      (await store.maintenance.due(two, 2)).map(({ runId: id }) => id),
      ['r3', 'r1'],
    )
    assert.deepEqual(await store.maintenance.jobIds(), ['dir/job', 'other'])
    assert.equal(await store.maintenance.countFinished(T0 + 1_000, 99), 3)
    assert.equal(await store.maintenance.countFinished(T0 + 1_000, 2), 2)
    await assert.rejects(store.maintenance.due([ALL], 0), refusal('STORE_REQUEST'))
  })

  test('STORE71: runs beyond the newest of a job are due, whatever their age', async (t) => {
    const store = await newStore(t, factory)
    const states = ['success', 'failure', 'success', 'running', 'success'] as const
    await store.commit({ runs: states.map((state, index) => write(run(index + 1, state))) })
    const keep = (count: number, more: Partial<DueSelection> = {}): Promise<readonly string[]> =>
      dueIn(store, { jobId: 'dir/job', states: FINISHED, before: null, keep: count, ...more })
    assert.deepEqual(await keep(2), ['r1', 'r2'])
    assert.deepEqual(await keep(0), ['r1', 'r2', 'r3', 'r5'])
    assert.deepEqual(await keep(4), [])
    assert.deepEqual(await keep(1, { states: ['success'] }), ['r1', 'r3'])
    assert.deepEqual(await keep(3, { before: T0 + 3 }), ['r1', 'r2'])
    const wrong = { ...ALL, keep: 1 }
    await assert.rejects(store.maintenance.due([wrong], 1), refusal('STORE_REQUEST'))
    await assert.rejects(store.maintenance.due([{ ...wrong, jobId: 'j', keep: -1 }], 1), refusal('STORE_REQUEST'))
  })

  test('STORE76: runs of a job that are due are found, however many with lower numbers are not; above a number where one is given', async (t) => {
    const store = await newStore(t, factory)
    const young = Array.from({ length: 9_000 }, (_, index) => write(run(index + 1, 'success', { time: T0 + 1_000 })))
    const old = [write(run(9_500, 'success', { time: T0 })), write(run(9_501, 'error', { time: T0 }))]
    await store.commit({ runs: [...young, ...old] })
    const selection = { ...ALL, jobId: 'dir/job' }
    assert.deepEqual(await dueIn(store, selection), ['r9500', 'r9501'])
    assert.deepEqual(await dueIn(store, { ...selection, states: ['error'] }), ['r9501'])
    assert.deepEqual(await dueIn(store, { ...selection, after: 'r9500' }), ['r9501'])
    assert.deepEqual(await dueIn(store, { ...selection, before: null, keep: 1, after: 'r8999' }), ['r9000', 'r9500'])
    assert.equal((await store.maintenance.due([{ ...selection, before: T0 + 2_000 }], 9_001)).length, 9_001)
    await assert.rejects(store.maintenance.due([{ ...ALL, after: 'r1' }], 1), refusal('STORE_REQUEST'))
  })

  test('STORE72: what is removed takes facts, metadata, instants and outputs along; one fact tells of what went together', async (t) => {
    const place = await newPlace(t, factory)
    const store = await place.open()
    const decided = { verdict: 'started', at: T0, reason: 'due' } as const
    await store.commit({
      runs: [1, 2].map((number) =>
        write(run(number, 'success'), { instant: instant(number, T0 + number), verdict: decided, meta: { number } }),
      ),
    })
    for (const id of ['r1', 'r2'] as const) {
      const chunks = Array.from({ length: 40 }, (_, index) => ({
        runId: id,
        outputId: 'o',
        offset: index * 5_000,
        data: new Uint8Array(5_000).fill(index),
      }))
      for (const chunk of chunks) await store.appendOutput([chunk])
    }
    const { facts } = await snapshot(store)
    const due = await store.maintenance.due([{ ...ALL, jobId: 'dir/job' }], 1)
    const told: RunRemoval[] = []
    const at = T0 + INSTANT_STAYS + 2
    assert.equal(await store.maintenance.remove(due, at, (removal) => void told.push(removal)), 1)
    assert.deepEqual(told, [{ seq: facts.length + 1, time: at, runIds: ['r1'] }])
    assert.equal(await store.maintenance.remove(due, at, (removal) => void told.push(removal)), 0)
    assert.equal(told.length, 1)
    for (const open of [store, null]) {
      if (open === null) await store.close()
      const now = open ?? (await place.open())
      assert.equal(await now.read.run('r1'), null)
      assert.equal(await now.read.meta('r1'), null)
      assert.deepEqual(await now.read.log('r1'), [])
      assert.deepEqual(await now.read.outputs('r1'), [])
      assert.deepEqual(await now.read.run('r2'), run(2, 'success'))
      assert.equal((await now.read.output('r2', 'o', 0, 1_000_000))?.length, 200_000)
      const instants = await now.read.instants(null, T0, T0 + 9, 9)
      assert.deepEqual(
        instants.map(({ runId: id, verdict }) => [id, verdict]),
        [['r2', 'started']],
      )
      // Numbers of facts go on, and those that are gone do not come back.
      const removed = { seq: facts.length + 1, time: at, runId: null, fact: { type: 'removed', runIds: ['r1'] } }
      assert.deepEqual((await snapshot(now)).facts, [...facts.slice(1), removed])
      assert.equal(await now.read.lastSeq(), facts.length + 1)
    }
  })

  test('STORE77: an instant that was due of late stays when its run goes, decided and without the run', async (t) => {
    const store = await newStore(t, factory)
    const decided = { verdict: 'started', at: T0, reason: null } as const
    await store.commit({
      runs: [1, 2].map((number) =>
        write(run(number, 'success'), { instant: instant(number, T0 + number), verdict: decided }),
      ),
    })
    const due = await store.maintenance.due([ALL], 2)
    assert.equal(await store.maintenance.remove(due, T0 + INSTANT_STAYS + 2), 2)
    const left = await store.read.instants(null, T0, T0 + 9, 9)
    assert.deepEqual(
      left.map((one) => [one.runId, one.verdict, one.due]),
      [[null, 'started', T0 + 2]],
    )
  })

  test('STORE78: decided instants without a run go by age and by count, of one job or all; undecided, settled of late and with a run stay', async (t) => {
    const store = await newStore(t, factory)
    const decided = (number: number, jobId: string, verdict: Verdict): InstantRow => ({
      ...instant(null, T0 + number, { jobId }),
      verdict,
      reason: null,
      decidedAt: T0 + 100 + number,
    })
    await store.commit({
      runs: [
        write(run(9, 'success'), { instant: instant(9, T0), verdict: { verdict: 'missed', at: T0, reason: null } }),
        write(run(10, 'scheduled'), { instant: instant(10, T0 + 10) }),
      ],
      instants: [
        ...[1, 2, 3, 4].map((number) => decided(number, 'dir/job', 'missed')),
        decided(5, 'dir/job', 'skipped'),
        decided(6, 'other', 'missed'),
        decided(INSTANT_STAYS, 'dir/job', 'missed'),
      ],
    })
    const seq = await store.read.lastSeq()
    const all = async (): Promise<readonly number[]> =>
      (await store.read.instants(null, T0, T0 + 2 * INSTANT_STAYS, 99)).map(({ due }) => due - T0)
    const selection: InstantSelection = {
      jobId: null,
      verdicts: ['missed', 'skipped'],
      before: T0 + 103,
      keep: null,
      at: T0 + INSTANT_STAYS + 50,
    }
    const { maintenance } = store
    assert.deepEqual(await maintenance.jobIds(), ['dir/job', 'other'])
    assert.equal(await maintenance.removeInstants({ ...selection, jobId: 'none' }, 9), 0)
    assert.equal(await maintenance.removeInstants({ ...selection, verdicts: ['held'] }, 9), 0)
    assert.equal(await maintenance.removeInstants({ ...selection, at: T0 + INSTANT_STAYS + 1 }, 9), 0)
    assert.equal(await maintenance.removeInstants(selection, 1), 1)
    assert.deepEqual(await all(), [0, 2, 3, 4, 5, 6, 10, INSTANT_STAYS])
    assert.equal(await maintenance.removeInstants(selection, 9), 1)
    const counted = { ...selection, jobId: 'dir/job', before: null, keep: 2 }
    // Of those missed, the two that were decided last stay; the one skipped is one.
    assert.equal(await maintenance.removeInstants(counted, 9), 1)
    assert.deepEqual(await all(), [0, 4, 5, 6, 10, INSTANT_STAYS])
    assert.equal(await maintenance.removeInstants({ ...counted, keep: 1, before: T0 + 105 }, 9), 1)
    assert.equal(await maintenance.removeInstants({ ...selection, before: T0 * 2 }, 9), 2)
    assert.deepEqual(await all(), [0, 10, INSTANT_STAYS])
    assert.equal(await store.read.lastSeq(), seq)
    await assert.rejects(maintenance.removeInstants({ ...selection, keep: 1 }, 9), refusal('STORE_REQUEST'))
    await assert.rejects(maintenance.removeInstants(selection, 0), refusal('STORE_REQUEST'))
  })

  test('STORE73: a run that changed since, is not finished or is gone is not removed', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: [write(run(1, 'success')), write(run(2, 'running')), write(run(3, 'error'))] })
    await store.appendOutput([{ runId: 'r1', outputId: 'o', offset: 0, data: new Uint8Array(3) }])
    const due = await store.maintenance.due([ALL], 9)
    await store.commit({ runs: [write(run(1, 'failure', { version: 1 }))] })
    const asked = [...due, { runId: runId(2), version: 0, changed: T0 }, { runId: runId(9), version: 0, changed: T0 }]
    assert.equal(await store.maintenance.remove(asked, T0 + 1_000), 1)
    assert.equal(await store.maintenance.remove(asked, T0 + 1_000), 0)
    assert.equal(await store.maintenance.remove([], T0 + 1_000), 0)
    assert.equal((await store.read.run('r1'))?.state, 'failure')
    assert.deepEqual(await store.read.outputs('r1'), [{ outputId: 'o', length: 3 }])
    assert.equal((await store.read.run('r2'))?.state, 'running')
    assert.equal(await store.read.run('r3'), null)
    assert.equal(await store.read.nextRun(), 4)
  })

  test('STORE74: sweeping and giving space back change nothing that is read, also of runs that come meanwhile', async (t) => {
    const store = await newStore(t, factory)
    await store.commit({ runs: Array.from({ length: 50 }, (_, index) => write(run(index + 1, 'success'))) })
    await store.maintenance.remove((await store.maintenance.due([ALL], 40)).slice(0, 40), T0 + 1_000)
    const later = store.commit({ runs: [write(run(90, 'waiting'))] })
    await Promise.all([store.maintenance.sweep(), store.maintenance.vacuum(), later])
    assert.deepEqual(await store.read.run('r50'), run(50, 'success'))
    assert.deepEqual(await store.read.run('r90'), run(90, 'waiting'))
    assert.equal(await store.read.countRuns({}, 99), 11)
  })

  test('STORE75: upkeep of a store that is closed is refused', async (t) => {
    const { maintenance, close } = await closed(t, factory)
    await close()
    await assert.rejects(maintenance.due([ALL], 1), refusal('STORE_CLOSED'))
    await assert.rejects(maintenance.remove([], T0 + 1_000), refusal('STORE_CLOSED'))
    await assert.rejects(maintenance.vacuum(), refusal('STORE_CLOSED'))
  })
}

async function closed(
  t: Parameters<typeof newStore>[0],
  factory: Factory,
): Promise<Pick<Store, 'maintenance' | 'close'>> {
  const store = await newStore(t, factory)
  return { maintenance: store.maintenance, close: () => store.close() }
}

async function dueIn({ maintenance }: Store, selection: DueSelection): Promise<readonly string[]> {
  return (await maintenance.due([selection], 100)).map(({ runId: id }) => id)
}

async function snapshot({ read }: Store): Promise<{ readonly facts: readonly unknown[] }> {
  return { facts: await read.facts(0, 100) }
}
