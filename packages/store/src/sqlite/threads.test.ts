import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { FINISHED } from '@apsis/core/run'
import { run, T0, write } from '../conformance/fixture.ts'
import { refusal } from '../conformance/place.ts'
import { filledStore, tempFolder } from '../folder/fixture.ts'
import type { StoreError } from '../port/index.ts'
import { openSqliteStore } from './index.ts'

/** The threads that are started from now on, in order. */
function threadsOf(t: TestContext): readonly Worker[] {
  const threads: Worker[] = []
  const started = (worker: Worker): void => void threads.push(worker)
  process.on('worker', started)
  t.after(() => process.off('worker', started))
  return threads
}

for (const [name, at] of [
  ['runs-writer', 0],
  ['outputs-writer', 1],
  ['reader', 2],
] as const) {
  test(`SQLITE90: that the ${name} died is told once; what needs it rejects, and the store closes`, async (t) => {
    const threads = threadsOf(t)
    const folder = await tempFolder(t)
    const died = Promise.withResolvers<StoreError>()
    let told = 0
    const store = await openSqliteStore({
      folder,
      died: (error) => {
        told++
        died.resolve(error)
      },
    })
    await store.commit({ runs: [write(run(1, 'success'))] })
    const thread = threads[at]
    assert.ok(thread !== undefined)
    const waiting = [
      store.commit({ runs: [write(run(2, 'success'))] }),
      store.appendOutput([{ runId: 'r1', outputId: 'o', offset: 0, data: new Uint8Array(9) }]),
      store.read.run('r1'),
    ].map((asked) => asked.catch((error: unknown) => error))
    void thread.terminate()
    const error = await died.promise
    assert.equal(error.code, 'STORE_FAILED')
    assert.match(error.message, new RegExp(`the thread ${name} ended`))
    // What was asked is answered or rejected, and never stays.
    await Promise.all(waiting)
    const needs = [
      () => store.commit({ runs: [write(run(3, 'success'))] }),
      () => store.appendOutput([{ runId: 'r3', outputId: 'o', offset: 0, data: new Uint8Array(9) }]),
      () => store.read.run('r1'),
    ]
    await assert.rejects(needs[at]?.() ?? Promise.resolve(), refusal('STORE_FAILED'))
    await store.close()
    assert.equal(told, 1)
    const again = await openSqliteStore({ folder })
    t.after(() => again.close())
    assert.equal((await again.read.run('r1'))?.state, 'success')
  })
}

test('SQLITE91: a thread that pages through history, or that keeps the store, is replaced when it died', async (t) => {
  const threads = threadsOf(t)
  const store = await filledStore(t, join(await tempFolder(t), 'data'), 3)
  const selection = { jobId: null, states: FINISHED, before: T0 + 1_000, keep: null }
  const used = async (): Promise<void> => {
    assert.equal((await store.read.runs({ filter: {}, limit: 9 })).runs.length, 4)
    assert.equal((await store.maintenance.due([selection], 9)).length, 3)
  }
  await used()
  const [, , , ...others] = threads
  assert.equal(others.length, 2)
  for (const thread of others) {
    const exited = once(thread, 'exit')
    await thread.terminate()
    await exited
  }
  await used()
})
