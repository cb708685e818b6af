import assert from 'node:assert/strict'
import test from 'node:test'
import { Early } from './early.ts'

/** A clock with one timer, moved by hand. */
function fixture(failing = false) {
  const state = { now: 0, failing, fire: null as (() => void) | null, at: 0 }
  const timers = {
    after: (_key: string, delay: number, fire: () => void) => {
      state.at = state.now + delay
      state.fire = fire
    },
  }
  const early = new Early({ monotonic: () => state.now }, timers, () => state.failing)
  const pass = (ms: number): void => {
    state.now += ms
    const { fire } = state
    if (fire === null || state.at > state.now) return
    state.fire = null
    fire()
  }
  const acts: string[] = []
  const add = (name: string) => early.add(() => void acts.push(name), null)
  const ask = (name: string) =>
    early.add(
      () => void acts.push(name),
      (why) => void acts.push(`${name}: ${why}`),
    )
  return { state, pass, acts, add, ask }
}

test('what is durable soon is not carried out before', () => {
  const { pass, acts, add } = fixture()
  const durable = add('stop')
  pass(10)
  durable()
  pass(5_000)
  assert.deepEqual(acts, [])
})

test('what is not durable within a second is carried out before, in order, and once', () => {
  const { pass, acts, add } = fixture()
  const first = add('one')
  pass(400)
  add('two')
  add('three')()
  pass(600)
  assert.deepEqual(acts, ['one'])
  pass(400)
  first()
  pass(5_000)
  assert.deepEqual(acts, ['one', 'two'])
})

test('while the store takes nothing it is carried out at once, after what waits', () => {
  const { state, acts, add } = fixture()
  add('one')
  state.failing = true
  add('two')
  assert.deepEqual(acts, ['one', 'two'])
})

test('who asked is not answered by a store that is slow, but by one that fails meanwhile', () => {
  const { state, pass, acts, ask } = fixture()
  const slow = ask('one')
  pass(1_500)
  ask('two')
  pass(1_000)
  assert.deepEqual(acts, ['one', 'two'])
  slow()
  state.failing = true
  pass(1_000)
  assert.deepEqual(acts, ['one', 'two', 'two: failing'])
  pass(20_000)
  assert.equal(acts.length, 3)
})

test('who asked is answered when the store has not said a word for ten seconds', () => {
  const { pass, acts, ask } = fixture()
  ask('one')
  for (let second = 1; second < 10; second++) pass(1_000)
  assert.deepEqual(acts, ['one'])
  pass(1_000)
  assert.deepEqual(acts, ['one', 'one: silent'])
})
