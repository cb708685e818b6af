import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, formatInstant, HOUR } from '../time/index.ts'
import { daily, every, job, Ledger, stopAfter } from './fixture.test.ts'
import { occurrencesOf } from './index.ts'

const NOW = 1_790_000_000_000 - (1_790_000_000_000 % HOUR)

test('PLAN13: jitter moves the instant, not what it is about', () => {
  const schedule = every('hourly', HOUR, 0, { jitter: 60_000, offset: 12_345, stop: stopAfter(HOUR) })
  const [first] = occurrencesOf(job('a', [schedule], ['time', 'schedule_time']), schedule, NOW, NOW + HOUR)
  assert.equal(first?.due, NOW + 12_345)
  assert.deepEqual(first.args, { schedule_time: formatInstant(NOW), time: formatInstant(NOW) })
  assert.equal(first.stopAt, NOW + 12_345 + HOUR)
  const ledger = new Ledger()
  ledger.plan([job('a', [schedule])], NOW, 2 * HOUR)
  assert.deepEqual(ledger.dues(), [NOW + 12_345, NOW + HOUR + 12_345])
  // One whose nominal instant is before the window.
  ledger.plan([job('b', [schedule])], NOW + 1, HOUR)
  assert.deepEqual(ledger.dues('b'), [NOW + 12_345])
})

test('PLAN14: limits', () => {
  const two = every('hourly', HOUR, 0, { limit: 2 })
  const ledger = new Ledger()
  const { result } = ledger.plan([job('a', [two])], NOW, DAY)
  assert.deepEqual(ledger.dues(), [NOW, NOW + HOUR])
  assert.equal(result?.coveredUntil, NOW + 2 * HOUR)
  ledger.rows.clear()
  ledger.plan([job('a', [two])], NOW + HOUR, DAY)
  assert.deepEqual(ledger.dues(), [NOW + 2 * HOUR, NOW + 3 * HOUR])
  const capped = new Ledger()
  capped.plan([job('a', [every('hourly', HOUR, 0, { limit: 20 })])], NOW, DAY, { maxAhead: 3 })
  assert.equal(capped.dues().length, 3)
})

test('PLAN14: what is past has its row, and does not count', () => {
  const all = [job('a', [every('hourly', HOUR, 0, { limit: 2 })])]
  const ledger = new Ledger()
  ledger.plan(all, NOW, DAY)
  // None of them has a verdict yet, and three more are due.
  ledger.plan(all, NOW + 4 * HOUR + 1, DAY)
  assert.deepEqual(
    ledger.dues(),
    [0, 1, 2, 3, 4, 5, 6].map((n) => NOW + n * HOUR),
  )
})

test('PLAN15: what is planned is what is foretold', () => {
  const schedules = fc
    .tuple(fc.constantFrom(daily('d', 1, 2, 9), every('e', 7 * HOUR)), fc.nat(3 * HOUR))
    .map(([one, offset]) => ({ ...one, jitter: offset + 1, offset }))
  fc.assert(
    fc.property(schedules, fc.nat(400 * DAY), fc.nat(3 * DAY), fc.nat(3 * DAY), (schedule, after, first, second) => {
      const planJob = job('a', [schedule])
      const dues = (from: number, to: number): number[] =>
        Array.from(occurrencesOf(planJob, schedule, from, to), ({ due }) => due)
      const [a, b, c] = [NOW + after, NOW + after + first, NOW + after + first + second]
      assert.deepEqual([...dues(a, b), ...dues(b, c)], dues(a, c))
      const ledger = new Ledger()
      ledger.plan([planJob], a, c - a)
      assert.deepEqual(ledger.dues(), dues(a, c))
    }),
  )
})
