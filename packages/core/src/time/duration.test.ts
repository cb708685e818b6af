import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { durationSeconds, formatDuration, formatElapsed, parseDuration } from './index.ts'

const GOOD: readonly (readonly [string | number, number])[] = [
  [90, 90_000],
  [0, 0],
  [1.5, 1_500],
  [0.1, 100],
  [1.1, 1_100],
  [-3, -3_000],
  ['90', 90_000],
  [' 12 ', 12_000],
  ['1e3', 1_000_000],
  ['1_000', 1_000_000],
  ['.5', 500],
  ['5.', 5_000],
  ['0.000001', 0.001],
  ['10s', 10_000],
  ['10 sec', 10_000],
  ['1 second', 1_000],
  ['2 seconds', 2_000],
  ['5m', 300_000],
  ['5min', 300_000],
  ['1 minute', 60_000],
  ['3 minutes', 180_000],
  ['1h', 3_600_000],
  ['1.5 hours', 5_400_000],
  ['2. hour', 7_200_000],
  ['1d', 86_400_000],
  ['+7 days', 604_800_000],
  ['-1 day', -86_400_000],
]
for (const [input, duration] of GOOD) {
  test(`TIME1: ${JSON.stringify(input)}`, () => {
    assert.deepEqual(parseDuration(input), { ok: true, value: duration })
  })
}

const BAD: readonly (readonly [string | number, string])[] = [
  ['', "can't parse as duration: "],
  ['abc', "can't parse as duration: abc"],
  ['1h30m', "can't parse as duration: 1h30m: unknown unit h30m"],
  ['1 h 30 m', "can't parse as duration: 1 h 30 m"],
  ['10 weeks', "can't parse as duration: 10 weeks: unknown unit weeks"],
  ['5 M', "can't parse as duration: 5 M: unknown unit M"],
  ['5ms', "can't parse as duration: 5ms: unknown unit ms"],
  ['inf', "can't parse as duration: inf"],
  ['nan', "can't parse as duration: nan"],
  ['1e999', "can't parse as duration: 1e999"],
  [Number.NaN, "can't parse as duration: NaN"],
  [Number.POSITIVE_INFINITY, "can't parse as duration: Infinity"],
]
for (const [input, message] of BAD) {
  test(`TIME2: ${JSON.stringify(input)} is refused`, () => {
    assert.deepEqual(parseDuration(input), { ok: false, message })
  })
}

test('TIME3: durations read back', () => {
  for (const [duration, text] of [
    [0, '0s'],
    [1_500, '1.5s'],
    [90_000, '90s'],
    [5_400_000, '90m'],
    [7_200_000, '2h'],
    [172_800_000, '2d'],
  ] as const) {
    assert.equal(formatDuration(duration), text)
  }
  fc.assert(
    fc.property(fc.integer({ min: -1e15, max: 1e15 }), (micros) => {
      const duration = micros / 1_000
      assert.deepEqual(parseDuration(formatDuration(duration)), { ok: true, value: duration })
      assert.deepEqual(parseDuration(durationSeconds(duration)), { ok: true, value: duration })
    }),
  )
})

test('TIME4: elapsed times', () => {
  const expected: readonly (readonly [number, string])[] = [
    [0, '0:00'],
    [999, '0:00'],
    [61_900, '1:01'],
    [3_599_999, '59:59'],
    [3_600_000, '1:00:00'],
    [86_399_000, '23:59:59'],
    [86_400_000, '1:00:00:00'],
    [90_061_000, '1:01:01:01'],
    [-61_000, '-1:01'],
  ]
  for (const [elapsed, text] of expected) assert.equal(formatElapsed(elapsed), text)
})
