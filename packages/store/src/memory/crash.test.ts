import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run, write } from '../conformance/fixture.ts'
import { refusal } from '../conformance/place.ts'
import { MemoryDisk, openMemoryStore } from './index.ts'

const first = { runs: [write(run(1, 'scheduled'))] }
const second = { runs: [write(run(2, 'scheduled'))] }
const output = { runId: 'r1', outputId: 'o', offset: 0, data: new Uint8Array([1]) } as const

test('MEMORY1: what was acknowledged before a crash is there afterwards', async () => {
  const disk = new MemoryDisk()
  const before = openMemoryStore(disk)
  await before.commit(first)
  await before.appendOutput([output])
  disk.crash()
  const { read } = openMemoryStore(disk)
  assert.deepEqual(await read.run('r1'), run(1, 'scheduled'))
  assert.deepEqual(await read.output('r1', 'o', 0, 9), new Uint8Array([1]))
})

test('MEMORY2: a crash loses what is not durable', async () => {
  const disk = new MemoryDisk()
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const before = openMemoryStore(disk, {
    beforeCommit: () => {
      reached.resolve()
      return gate.promise
    },
  })
  const underWay = before.commit(first)
  await reached.promise
  const waiting = before.appendOutput([output])
  disk.crash()
  await assert.rejects(underWay, refusal('STORE_CLOSED'))
  await assert.rejects(waiting, refusal('STORE_CLOSED'))
  await assert.rejects(before.read.run('r1'), refusal('STORE_CLOSED'))
  const after = openMemoryStore(disk)
  gate.resolve()
  assert.deepEqual(await after.commit(second), { firstSeq: 1, nextSeq: 2, conflicts: [] })
  assert.equal(await after.read.run('r1'), null)
  assert.deepEqual(await after.read.outputs('r1'), [])
})

test('MEMORY3: where beforeCommit rejects nothing is applied, and the next commit goes on', async () => {
  let failing = true
  const store = openMemoryStore(new MemoryDisk(), {
    beforeCommit: async () => {
      if (failing) throw new Error('no space left')
    },
  })
  const asked = [store.commit(first), store.appendOutput([output])]
  for (const one of asked) await assert.rejects(one, refusal('STORE_FAILED'))
  assert.equal(await store.read.run('r1'), null)
  failing = false
  assert.deepEqual(await store.commit(first), { firstSeq: 1, nextSeq: 2, conflicts: [] })
})

test('MEMORY4: a crash between afterCommit and the answer loses the answer only', async () => {
  const disk = new MemoryDisk()
  const store = openMemoryStore(disk, { afterCommit: async () => disk.crash() })
  await assert.rejects(store.commit(first), refusal('STORE_CLOSED'))
  assert.deepEqual(await openMemoryStore(disk).read.run('r1'), run(1, 'scheduled'))
})

test('MEMORY5: what is asked in one turn, or while a commit is under way, is one commit', async () => {
  let commits = 0
  const gate = Promise.withResolvers<void>()
  const store = openMemoryStore(new MemoryDisk(), {
    beforeCommit: () => {
      commits++
      return commits === 1 ? gate.promise : Promise.resolve()
    },
  })
  const turn = [store.commit(first), store.commit(second), store.appendOutput([output])]
  await Promise.resolve()
  const later = [store.commit({ nextRun: 5 }), store.commit({ nextRun: 6 })]
  gate.resolve()
  await Promise.all([...turn, ...later])
  assert.equal(commits, 2)
})

test('MEMORY6: a disk has no room for a second store', async () => {
  const disk = new MemoryDisk()
  const store = openMemoryStore(disk)
  assert.throws(() => openMemoryStore(disk), refusal('STORE_LOCKED'))
  await store.close()
  const next = openMemoryStore(disk)
  disk.crash()
  await next.close()
  await openMemoryStore(disk).close()
})
