import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Timers } from './timers.ts'

/** Two clocks that are set by hand; what is waited for is called when a test says so. */
function clocks() {
  const waiting = new Set<() => void>()
  const wait = (callback: () => void): (() => void) => {
    const once = (): void => {
      waiting.delete(once)
      callback()
    }
    waiting.add(once)
    return () => void waiting.delete(once)
  }
  const time = { wall: 1_000_000, monotonic: 50 }
  const clock = {
    now: () => time.wall,
    monotonic: () => time.monotonic,
    soon: () => {},
    wake: (_: number, callback: () => void) => wait(callback),
    after: (_: number, callback: () => void) => wait(callback),
  }
  /** Lets everything look at its clock. */
  const look = (): void => [...waiting].forEach((each) => each())
  return { time, look, waiting, timers: new Timers(clock) }
}

test('once stopped no timer is set, whoever still wants one', () => {
  const { timers, waiting } = clocks()
  timers.set('before', 1, () => {})
  timers.after('before too', 1, () => {})
  assert.deepEqual([waiting.size, timers.size], [2, 2])
  timers.stop()
  timers.set('after', 1, () => {})
  timers.after('after too', 1, () => {})
  assert.deepEqual([waiting.size, timers.size], [0, 0])
})

test('an instant follows the wall clock, and a length of time does not', () => {
  const { time, look, timers } = clocks()
  const fired: string[] = []
  timers.set('instant', 1_060_000, () => void fired.push('instant'))
  timers.after('length', 60_000, () => void fired.push('length'))
  assert.deepEqual([timers.quietFor(59_999), timers.quietFor(60_000)], [true, false])
  time.wall += 3_600_000
  look()
  assert.deepEqual(fired, ['instant'])
  time.wall -= 7_200_000
  time.monotonic += 59_999
  look()
  assert.deepEqual(fired, ['instant'])
  time.monotonic += 1
  look()
  assert.deepEqual(fired, ['instant', 'length'])
  assert.equal(timers.size, 0)
})

test('a key has one timer, of whichever kind was set last', () => {
  const { time, look, timers } = clocks()
  const fired: string[] = []
  timers.set('key', 1_000_001, () => void fired.push('instant'))
  timers.after('key', 2, () => void fired.push('length'))
  assert.equal(timers.size, 1)
  time.wall += 10
  look()
  time.monotonic += 10
  look()
  assert.deepEqual(fired, ['length'])
  timers.after('key', 2, () => void fired.push('length again'))
  timers.set('key', 1_000_001, () => void fired.push('instant'))
  timers.clear('key')
  time.monotonic += 10
  look()
  assert.deepEqual(fired, ['length'])
})
