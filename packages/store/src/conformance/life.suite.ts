import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../port/index.ts'
import { instant, plainJob, run, T0, write } from './fixture.ts'
import { type Factory, newPlace, refusal } from './place.ts'

/** Rules of opening and closing. */
export function testLife(factory: Factory): void {
  test('STORE60: everything is there after closing and opening again', async (t) => {
    const place = await newPlace(t, factory)
    const before = await place.open()
    await before.commit({
      runs: [write(run(1, 'running'), { instant: instant(1, T0), meta: { a: 1 } }), write(run(2, 'scheduled'))],
      jobs: [{ jobId: 'j', hash: 'h', json: {}, adHoc: false }],
      cursors: [{ jobId: 'j', scheduleKey: 'k', plannedUntil: T0 }],
      facts: [{ type: 'job', change: 'added', jobId: 'j', time: T0 }],
      nextRun: 9,
    })
    await before.appendOutput([{ runId: 'r1', outputId: 'output', offset: 0, data: new Uint8Array([1, 2, 3]) }])
    const kept = await everything(before)
    await before.close()
    const after = await place.open()
    assert.deepEqual(await everything(after), kept)
    const reply = await after.commit({ runs: [write(run(1, 'success', { version: 1 }))] })
    assert.deepEqual(reply, { firstSeq: 4, nextSeq: 5, conflicts: [] })
    const output = { runId: 'r1', outputId: 'output', offset: 2, data: new Uint8Array([3, 4]) } as const
    assert.deepEqual(await after.appendOutput([output]), [4])
  })

  test('STORE61: closing finishes what was asked, twice does no harm, and then all is refused', async (t) => {
    const place = await newPlace(t, factory)
    const store = await place.open()
    const runs = Array.from({ length: 700 }, (_, index) => write(run(index + 1, 'scheduled')))
    const asked = [
      store.commit({ runs }),
      store.commit({ runs: [write(run(800, 'scheduled'))] }),
      store.appendOutput([{ runId: 'r1', outputId: 'o', offset: 0, data: new Uint8Array(9) }]),
      store.read.lastSeq(),
    ]
    await Promise.all([store.close(), store.close()])
    await Promise.all(asked)
    await store.close()
    await assert.rejects(store.commit({}), refusal('STORE_CLOSED'))
    await assert.rejects(store.appendOutput([]), refusal('STORE_CLOSED'))
    await assert.rejects(store.read.run('r1'), refusal('STORE_CLOSED'))
    await assert.rejects(store.read.runs({ filter: {}, limit: 1 }), refusal('STORE_CLOSED'))
    const again = await place.open()
    assert.equal(await again.read.countRuns({}, 9_999), 701)
  })

  test('STORE62: a second store on the same place is refused until the first is closed', async (t) => {
    const place = await newPlace(t, factory)
    const first = await place.open()
    await assert.rejects(place.open(), refusal('STORE_LOCKED'))
    await first.commit({ runs: [write(run(1, 'scheduled'))] })
    await first.close()
    assert.equal(await (await place.open()).read.lastSeq(), 1)
  })
}

async function everything({ read }: Store): Promise<unknown> {
  return await Promise.all([
    read.runs({ filter: {}, limit: 100 }),
    read.facts(0, 100),
    read.meta('r1'),
    read.log('r1'),
    read.outputs('r1'),
    read.output('r1', 'output', 0, 10),
    read.instants(null, T0, T0 + 9, 100),
    read.jobs().then((jobs) => jobs.map(plainJob)),
    read.cursors(),
    read.nextRun(),
    read.lastSeq(),
  ])
}
