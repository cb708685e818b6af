import assert from 'node:assert/strict'
import test from 'node:test'
import { Deferred } from './deferred.ts'
import { StartsFirst } from './starts-first.ts'

test('what has happened to others waits as long as the starts under way take, and not for few', async () => {
  let unstarted = 32
  const starts = new StartsFirst(() => unstarted)
  assert.equal(starts.wait, 0)
  unstarted = 33
  assert.equal(starts.wait, 33)
  unstarted = 100_000
  assert.equal(starts.wait, 1_000)
  unstarted = 50
  const order: string[] = []
  const turn = starts.turn().then(() => order.push('turn'))
  setTimeout(() => order.push('before'), 20)
  await turn
  assert.deepEqual(order, ['before', 'turn'])
})

test('what comes again meanwhile is handed on once, in order; what comes when there are few starts, at once', async () => {
  let unstarted = 0
  const starts = new StartsFirst(() => unstarted)
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
  unstarted = 100
  deferred.add('b')
  deferred.add('c')
  deferred.add('b')
  assert.deepEqual(taken, ['a'])
  unstarted = 0
  await all.promise
  assert.deepEqual(taken, ['a', 'b', 'c'])
})
