import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, formatInstant, HOUR, MINUTE, parseInstant } from '../time/index.ts'
import { type IntervalRule, intervalFault, intervalOccurrences } from './index.ts'

function instant(text: string): number {
  const parsed = parseInstant(text)
  assert.ok(parsed.ok, text)
  return parsed.value
}

function dues(rule: IntervalRule, from: number, to: number): readonly number[] {
  return Array.from(intervalOccurrences(rule, from, to), ({ due }) => due)
}

const rules: fc.Arbitrary<IntervalRule> = fc
  .record({
    interval: fc.oneof(
      fc.integer({ min: 1, max: 40 * DAY }),
      fc.integer({ min: 1_000, max: 100_000_000 }).map((n) => n / 1_000),
    ),
    share: fc.double({ min: 0, max: 0.999, noNaN: true }),
    epoch: fc.constantFrom(0, 1_000_000_000_000, -62_135_596_800_000),
  })
  .map(({ interval, share, epoch }) => ({ interval, phase: Math.floor(interval * share), epoch }))
const nows = fc.integer({ min: instant('1900-01-01T00:00:00Z'), max: instant('2100-01-01T00:00:00Z') })

test('SCHED20: epoch, phase and interval', () => {
  const from = instant('2026-01-01T00:00:00Z')
  const hourly = { interval: HOUR, phase: 10 * MINUTE, epoch: 0 }
  assert.deepEqual(dues(hourly, from, from + 2 * HOUR).map(formatInstant), [
    '2026-01-01T00:10:00+00:00',
    '2026-01-01T01:10:00+00:00',
  ])
  // 1970-01-01 was a Thursday.
  const weekly = { interval: 7 * DAY, phase: 0, epoch: 0 }
  assert.deepEqual(dues(weekly, from, from + 7 * DAY).map(formatInstant), ['2026-01-01T00:00:00+00:00'])
  const since2000 = { interval: 7 * DAY, phase: 0, epoch: instant('2000-01-03T00:00:00Z') }
  assert.deepEqual(dues(since2000, from, from + 7 * DAY).map(formatInstant), ['2026-01-05T00:00:00+00:00'])
  const fractional = { interval: 0.1 * 1_000, phase: 0, epoch: 0 }
  assert.deepEqual(
    dues(fractional, from, from + 350).map((due) => due - from),
    [0, 100, 200, 300],
  )
  fc.assert(
    fc.property(rules, nows, (rule, now) => {
      for (const due of dues(rule, now, now + 5 * rule.interval)) {
        const steps = (due - rule.epoch - rule.phase) / rule.interval
        assert.ok(Math.abs(steps - Math.round(steps)) * rule.interval < 0.01, `${due}`)
      }
    }),
  )
})

test('SCHED10: intervals in order, within the window', () => {
  fc.assert(
    fc.property(rules, nows, fc.integer({ min: 0, max: 50 }), (rule, now, share) => {
      const to = now + (share * rule.interval) / 7
      const found = dues(rule, now, to)
      for (const [index, due] of found.entries()) {
        assert.ok(due >= now && due < to)
        assert.ok(index === 0 || due > (found[index - 1] ?? due))
      }
      assert.ok(Math.abs(found.length - share / 7) <= 1)
    }),
  )
})

test('SCHED11: windows of intervals compose', () => {
  fc.assert(
    fc.property(
      rules,
      nows,
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 100 }),
      (rule, a, first, second) => {
        const b = a + (first * rule.interval) / 10
        const c = b + (second * rule.interval) / 10
        assert.deepEqual([...dues(rule, a, b), ...dues(rule, b, c)], dues(rule, a, c))
      },
    ),
  )
})

test('SCHED12: an endless window of an interval', () => {
  const [first] = intervalOccurrences(
    { interval: DAY, phase: 0, epoch: 0 },
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  )
  assert.equal(first?.due, -62_135_596_800_000)
})

test('SCHED21: args of an interval', () => {
  const [occurrence] = intervalOccurrences(
    { interval: DAY, phase: 1_500, epoch: 0 },
    instant('2026-02-03T00:00:00Z'),
    Infinity,
  )
  assert.equal(occurrence?.due, instant('2026-02-03T00:00:01.5Z'))
  const args = { date: '2026-02-03', daytime: '00:00:01.5', time: '2026-02-03T00:00:01.5+00:00' }
  assert.deepEqual(occurrence.args, args)
})

test('SCHED22: intervals that are refused', () => {
  assert.equal(intervalFault(1, 0), null)
  assert.equal(intervalFault(DAY, DAY - 1), null)
  assert.equal(intervalFault(0, 0)?.message, 'invalid interval: 0')
  assert.equal(intervalFault(-5_000, 0)?.message, 'invalid interval: -5')
  assert.equal(intervalFault(0.5, 0)?.message, 'invalid interval: 0.0005')
  assert.equal(intervalFault(Number.NaN, 0)?.message, 'invalid interval: NaN')
  assert.equal(intervalFault(1_000, 1_000)?.message, 'phase not between 0 and interval')
  assert.equal(intervalFault(1_000, -1)?.message, 'phase not between 0 and interval')
})
