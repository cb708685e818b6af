import assert from 'node:assert/strict'
import test from 'node:test'
import { Deferred } from './deferred.ts'
import { StartsFirst } from './starts-first.ts'

test('what has happened to others waits until starts are through', async () => {
  let busy = true
  const starts = new StartsFirst(() => busy)
  const order: string[] = []
  const turn = starts.turn().then(() => order.push('turn'))
  setImmediate(() => {
    order.push('through')
    busy = false
  })
  await turn
  assert.deepEqual(order, ['through', 'turn'])
})

test('it waits for a quarter of a second at most', async () => {
  const from = performance.now()
  await new StartsFirst(() => true).turn()
  assert.ok(performance.now() - from >= 240)
})

test('what comes again meanwhile is handed on once, in order; what comes when there are few starts, at once', async () => {
  let busy = false
  const starts = new StartsFirst(() => busy)
  const taken: string[] = []
  const all = Promise.withResolvers<void>()
  const deferred = new Deferred<string>(
    starts,
    (item) => item,
    (item) => {
      taken.push(item)
      if (taken.length === 3) all.resolve()
    },
  )
  deferred.add('a')
  assert.deepEqual(taken, ['a'])
  busy = true
  deferred.add('b')
  deferred.add('c')
  deferred.add('b')
  assert.deepEqual(taken, ['a'])
  busy = false
  await all.promise
  assert.deepEqual(taken, ['a', 'b', 'c'])
})
