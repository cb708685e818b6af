import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdleCollection } from './index.ts'

function rig(): {
  readonly state: { now: number; cpu: number; quiet: boolean; collected: number }
  readonly collection: IdleCollection
} {
  const state = { now: 0, cpu: 0, quiet: true, collected: 0 }
  const collection = new IdleCollection(() => state.quiet, {
    now: () => state.now,
    cpu: () => state.cpu,
    collect: () => {
      state.collected++
      state.cpu += 100
    },
  })
  return { state, collection }
}

test('what work left is collected once, when it is over', (t) => {
  const { state, collection } = rig()
  t.after(() => collection.stop())
  const look = (cpu: number): number => {
    state.now += 5_000
    state.cpu += cpu
    collection.look()
    return state.collected
  }
  assert.equal(look(4_000), 0, 'at work')
  assert.equal(look(10), 1, 'idle')
  assert.equal(look(10), 1, 'nothing new')
  assert.equal(look(2_000), 1, 'at work again')
  assert.equal(look(10), 1, 'not so soon')
  state.now += 60_000
  assert.equal(look(10), 2)
})

test('nothing is held up while something is due soon', (t) => {
  const { state, collection } = rig()
  t.after(() => collection.stop())
  Object.assign(state, { now: 5_000, cpu: 1_000 })
  collection.look()
  state.quiet = false
  state.now += 5_000
  collection.look()
  assert.equal(state.collected, 0)
  state.quiet = true
  state.now += 5_000
  collection.look()
  assert.equal(state.collected, 1)
})

test('memory is given back', (t) => {
  let now = 0
  let cpu = 0
  const collection = new IdleCollection(() => true, { now: () => now, cpu: () => cpu })
  t.after(() => collection.stop())
  const kept: { list: unknown[] } = { list: Array.from({ length: 300_000 }, (_, n) => ({ n, text: `text ${n}` })) }
  cpu = 1_000
  now = 1
  collection.look()
  kept.list = []
  const { heapUsed: before } = process.memoryUsage()
  now += 5_000
  collection.look()
  assert.ok(process.memoryUsage().heapUsed < before - 10e6)
})
