import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AgeClock } from './age-clock.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const NOW = 1_764_000_000_000

/** An age clock at `NOW`; `pass` lets time pass, `set` sets the wall clock, `waking` counts what was armed less what was cancelled. */
function clocks() {
  let [passed, stepped] = [0, 0]
  let wake: (() => void) | null = null
  const ages = new AgeClock({
    now: () => NOW + stepped + passed,
    monotonic: () => passed,
    after: (_, callback) => {
      wake = callback
      return () => {
        wake = null
      }
    },
  })
  return {
    ages,
    /** From the start, ms. */
    at: () => ages.now() - NOW,
    /** Lets so much time pass; the timer fires each hour. */
    pass: (ms: number): void => {
      for (let left = ms; left > 0; left -= HOUR) {
        passed += Math.min(left, HOUR)
        wake?.()
      }
    },
    set: (ms: number): void => void (stepped += ms),
    armed: () => wake !== null,
  }
}

test('it goes with the wall clock, back at once, and forward when that has lasted a day', () => {
  const { ages, at, pass, set } = clocks()
  pass(5 * HOUR)
  assert.deepEqual([at(), ages.behind()], [5 * HOUR, 0])
  set(365 * DAY)
  assert.deepEqual([at(), ages.behind()], [5 * HOUR, 365 * DAY])
  ages.start()
  pass(DAY - 2 * HOUR)
  assert.deepEqual([at(), ages.behind()], [DAY + 3 * HOUR, 365 * DAY])
  pass(4 * HOUR)
  assert.deepEqual([at(), ages.behind()], [366 * DAY + 7 * HOUR, 0])
  set(-366 * DAY)
  assert.deepEqual([at(), ages.behind()], [7 * HOUR, 0])
})

test('a clock that is put right within a day, or goes ahead a little each night, makes nothing older than it is', () => {
  const { ages, at, pass, set } = clocks()
  ages.start()
  set(365 * DAY)
  pass(DAY / 2)
  set(-365 * DAY)
  pass(3 * DAY)
  assert.deepEqual([at(), ages.behind()], [3.5 * DAY, 0])
  for (let night = 1; night <= 9; night++) {
    set(8 * HOUR)
    pass(16 * HOUR)
    assert.ok(ages.behind() <= 16 * HOUR, `behind ${ages.behind()} after ${night} nights`)
  }
})

test('where it was not looked at for long, what was seen before counts for a day more; it ends when it is stopped', () => {
  const { ages, at, pass, set, armed } = clocks()
  set(10 * DAY)
  pass(7 * DAY)
  assert.equal(at(), 7 * DAY)
  ages.start()
  pass(DAY + HOUR)
  assert.equal(at(), 18 * DAY + HOUR)
  ages.stop()
  assert.equal(armed(), false)
})
