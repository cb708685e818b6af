import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AgeClock, keptAge, type KeptAge } from './age-clock.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const NOW = 1_764_000_000_000

/** An age clock at `NOW`; `pass` lets time pass, `set` sets the wall clock, `waking` counts what was armed less what was cancelled. `kept`: of a server before it. */
function clocks(kept: KeptAge | null = null) {
  let [passed, stepped] = [0, 0]
  let wake: (() => void) | null = null
  const ages = new AgeClock(
    {
      now: () => NOW + stepped + passed,
      monotonic: () => passed,
      after: (_, callback) => {
        wake = callback
        return () => {
          wake = null
        }
      },
    },
    kept,
  )
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

test('a clock that is ahead when the server starts makes nothing older: ages go on from the last server until that has lasted a day', () => {
  const { ages, at, pass, set } = clocks({ time: NOW - 365 * DAY, ahead: 0 })
  assert.deepEqual([at(), ages.behind()], [-365 * DAY, 365 * DAY])
  ages.start()
  pass(DAY / 2)
  assert.equal(at(), -364.5 * DAY)
  set(-365 * DAY)
  assert.deepEqual([at(), ages.behind()], [-364.5 * DAY, 0])
  pass(3 * DAY)
  assert.deepEqual([at(), ages.behind()], [-361.5 * DAY, 0])
})

test('one that was down for long is behind until servers have run for a day since, however often they start', () => {
  let kept: KeptAge | null = { time: NOW - 30 * DAY, ahead: 0 }
  for (const hours of [8, 8, 6]) {
    const { ages, at, pass } = clocks(kept)
    ages.start()
    const before = at()
    pass(hours * HOUR)
    assert.equal(at(), before + hours * HOUR)
    kept = ages.kept()
  }
  assert.deepEqual(kept, { time: NOW - 30 * DAY + 22 * HOUR, ahead: 22 * HOUR })
  const last = clocks(kept)
  last.ages.start()
  last.pass(4 * HOUR)
  assert.deepEqual([last.at(), last.ages.behind()], [4 * HOUR, 0])
  assert.deepEqual(last.ages.kept(), { time: NOW + 4 * HOUR, ahead: 0 })
})

test('a short time without a server, and a clock that was set back, count at once; what was kept is read as it was written', () => {
  for (const time of [NOW - HOUR, NOW + 5 * DAY]) assert.equal(clocks({ time, ahead: 0 }).ages.behind(), 0)
  assert.deepEqual(keptAge({ time: 1, ages: { time: 2, ahead: 3 } }), { time: 2, ahead: 3 })
  assert.deepEqual(keptAge({ time: 1 }), { time: 1, ahead: 0 })
  assert.equal(keptAge({}), null)
})
