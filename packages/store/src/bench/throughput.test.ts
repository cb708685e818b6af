import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '../memory/index.ts'
import { pushRuns } from './throughput.ts'

test('pushes every run through three commits, and fails where runs are there already', async () => {
  const store = openMemoryStore()
  let clock = 0
  const options = { count: 1_250, first: 1, group: 500, inFlight: 2 }
  const result = await pushRuns(store, options, () => (clock += 250))
  assert.deepEqual(result, { runs: 1_250, rows: 8_750, milliseconds: 250, runsPerSecond: 5_000 })
  assert.equal(await store.read.countRuns({ states: ['success'] }, 10_000), 1_250)
  assert.equal(await store.read.lastSeq(), 5_000)
  await assert.rejects(
    pushRuns(store, options, () => 0),
    /refused/,
  )
})
