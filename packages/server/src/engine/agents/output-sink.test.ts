import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '@apsis/store/memory'
import { type OutputChunk, StoreError } from '@apsis/store/port'
import type { Clock, Log } from '../ports.ts'
import { OutputSink } from './output-sink.ts'

const QUIET: Log = { info: () => {}, warn: () => {}, error: () => {} }
const CLOCK: Clock = {
  now: () => 0,
  monotonic: () => 0,
  wake: () => () => {},
  after: (_, callback) => {
    const soon = setImmediate(callback)
    return () => clearImmediate(soon)
  },
  soon: (callback) => void setImmediate(callback),
}

type Fate = readonly ['durable' | 'refused', number | null]

/** Adds chunks all at once, and resolves to what became of them and to the sizes of the appends. `fail`: what an append fails with at first. */
async function fates(chunks: readonly OutputChunk[], fail: Error[] = [], log = QUIET) {
  const store = openMemoryStore()
  const appends: number[][] = []
  const sink = new OutputSink({
    append: (some) => {
      appends.push(some.map(({ data }) => data.length))
      const failure = fail.shift()
      return failure === undefined ? store.appendOutput(some) : Promise.reject(failure)
    },
    clock: CLOCK,
    log,
    listener: () => {},
  })
  const all = chunks.map(
    (chunk) =>
      new Promise<Fate>((resolve) => {
        const durable = (length: number) => resolve(['durable', length])
        sink.add(chunk, { durable, refused: (length) => resolve(['refused', length]) })
      }),
  )
  const found = await Promise.all(all)
  sink.stop()
  await store.close()
  return { fates: found, appends }
}

function chunk(run: number, offset: number, size: number): OutputChunk {
  return { runId: `r${run}`, outputId: 'output', offset, data: new Uint8Array(size) }
}

test('one append has at most 4 MiB, but for a chunk that is larger', async () => {
  const MIB = 1 << 20
  const { appends } = await fates([
    chunk(1, 0, 3 * MIB),
    chunk(2, 0, MIB),
    chunk(3, 0, 1),
    chunk(4, 0, 9 * MIB),
    chunk(5, 0, 2),
  ])
  assert.deepEqual(appends, [[3 * MIB, MIB], [1], [9 * MIB], [2]])
})

test('a chunk that the store refuses fails alone, and its stream is told what is stored', async () => {
  const chunks = [
    chunk(1, 0, 5),
    chunk(2, 7, 3),
    chunk(3, 0, 4),
    chunk(1, 5, 2),
    chunk(1, 9, 1),
    chunk(3, -1, 2),
    chunk(4, 0, 6),
  ]
  const { fates: found } = await fates(chunks)
  assert.deepEqual(found, [
    ['durable', 5],
    ['refused', 0],
    ['durable', 4],
    ['durable', 7],
    ['refused', 7],
    ['refused', 4],
    ['durable', 6],
  ])
})

test('what is not even an output is refused without a length', async () => {
  const { fates: found } = await fates([chunk(0, 0, 1), chunk(1, 0, 1)])
  assert.deepEqual(found, [
    ['refused', null],
    ['durable', 1],
  ])
})

test('what fails otherwise is tried again', async () => {
  const busy = new StoreError('STORE_BUSY', 'too much waits')
  const { fates: found, appends } = await fates([chunk(1, 0, 5), chunk(2, 0, 3)], [busy, new Error('disk')])
  assert.deepEqual(found, [
    ['durable', 5],
    ['durable', 3],
  ])
  assert.equal(appends.length, 3)
})

test('an outage is said when it begins and when it ends, not at each try', async () => {
  const said: string[] = []
  const log: Log = { ...QUIET, info: (text) => said.push(`info ${text}`), error: (text) => said.push(`error ${text}`) }
  const outage = Array.from({ length: 5 }, () => new StoreError('STORE_FAILED', 'disk full'))
  await fates([chunk(1, 0, 5)], outage, log)
  assert.deepEqual(said, [
    'error output cannot be stored: it stays with the agents until it can',
    'info output is stored again',
  ])
})
