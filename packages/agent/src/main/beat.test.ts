import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Beat } from './beat.ts'

test('it calls once a second while that is needed, else once a minute', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let calls = 0
  let needed = true
  const beat = new Beat(
    () => calls++,
    () => needed,
  )
  const after = (ms: number): number => {
    t.mock.timers.tick(ms)
    return calls
  }
  beat.hasten()
  assert.equal(after(60_000), 0, 'not before it was started')
  beat.start()
  assert.equal(after(999), 0)
  assert.equal(after(1), 1)
  assert.equal(after(1_000), 2)
  needed = false
  assert.equal(after(1_000), 3)
  assert.equal(after(59_999), 3)
  assert.equal(after(1), 4)
  assert.equal(after(10_000), 4)
  beat.hasten()
  assert.equal(after(500), 4)
  beat.hasten()
  assert.equal(after(500), 5, 'a second after the first of them')
  assert.equal(after(59_999), 5)
  beat.stop()
  beat.hasten()
  assert.equal(after(120_000), 5)
})

test('a tick that ends it is the last', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let calls = 0
  const beat = new Beat(
    () => {
      calls++
      beat.stop()
    },
    () => true,
  )
  beat.start()
  t.mock.timers.tick(120_000)
  assert.equal(calls, 1)
})
