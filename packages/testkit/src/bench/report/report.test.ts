import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lastLine, roundLine, summaryLines, targetText } from './line.ts'
import { formatNumber } from './number.ts'
import { type Measured, resultOf, type Round } from './result.ts'
import { percentile, summaryOf } from './statistics.ts'

const rate: Measured = {
  name: 'pushing',
  unit: 'runs/s',
  figures: [{ label: null, percentile: 50, target: { is: 'atLeast', limit: 20_000 } }],
  baseline: { name: 'store-alone', ratio: { is: 'atLeast', limit: 0.4 } },
}
const lateness: Measured = {
  name: 'late',
  unit: 'ms',
  figures: [
    { label: 'p50', percentile: 50, target: { is: 'atMost', limit: 2 } },
    { label: 'p99', percentile: 99, target: { is: 'atMost', limit: 10 } },
  ],
  baseline: null,
}
const pair = (samples: number, baseline: number): Round => ({ samples: [samples], baseline: [baseline] })
const alone = (...samples: readonly number[]): Round => ({ samples, baseline: null })

test('BENCH1: a percentile is one of the samples', () => {
  assert.deepEqual(
    [0, 50, 51, 99, 100].map((percent) => percentile([40, 10, 30, 20], percent)),
    [10, 20, 30, 40, 40],
  )
  assert.deepEqual(summaryOf([3, 1, 2]), { count: 3, median: 2, min: 1, max: 3 })
  assert.throws(() => percentile([], 50), /no percentile 50 of 0 samples/)
  const samples = fc.array(fc.double({ noNaN: true }), { minLength: 1 })
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 100 }), (values, percent) => {
      const value = percentile(values, percent)
      const notAbove = values.filter((one) => one <= value).length
      const below = values.filter((one) => one < value).length
      assert.ok(values.includes(value))
      assert.ok(notAbove / values.length >= percent / 100 && below / values.length < percent / 100)
    }),
  )
})

test('BENCH2: figures are of all samples, the ratio is of the rounds', () => {
  const result = resultOf(rate, [pair(10, 100), pair(30, 60), pair(20, 100)])
  assert.equal(result.figures[0]?.value, 20)
  assert.equal(result.baseline?.value, 100)
  assert.equal(result.ratio?.value, 0.2)
  const late = resultOf(lateness, [alone(1, 2, 3), alone(9)])
  assert.deepEqual(
    late.figures.map(({ value }) => value),
    [2, 9],
  )
  assert.throws(() => resultOf(rate, [alone(1)]), /0 samples/)
})

test('BENCH3: every bound must hold', () => {
  const ok = (measured: Measured, ...rounds: readonly Round[]): boolean => resultOf(measured, rounds).ok
  assert.equal(ok(rate, pair(20_000, 50_000)), true)
  assert.equal(ok(rate, pair(19_999, 20_000)), false)
  assert.equal(ok(rate, pair(20_000, 50_001)), false)
  assert.equal(ok(rate, pair(Number.NaN, 1)), false)
  assert.equal(ok(lateness, alone(1, 2, 10)), true)
  assert.equal(ok(lateness, alone(1, 2, 10.1)), false)
  assert.equal(ok({ ...rate, baseline: { name: 'b', ratio: null } }, pair(20_000, 1e9)), true)
})

test('BENCH4: the last line', () => {
  assert.equal(
    lastLine(resultOf(rate, [pair(12_345.6, 50_000)])),
    'pushing: 12,346 runs/s (0.247 x store-alone, target 20,000 runs/s and 0.4 x) short',
  )
  assert.equal(
    lastLine(resultOf(lateness, [alone(1.234, 5)])),
    'late: p50 1.23, p99 5 ms (target p50 2 ms and p99 10 ms) ok',
  )
  assert.equal(
    lastLine(resultOf({ ...rate, baseline: { name: 'b', ratio: null } }, [pair(20_000, 10_000)])),
    'pushing: 20,000 runs/s (2 x b, target 20,000 runs/s) ok',
  )
  assert.equal(
    lastLine(resultOf({ ...rate, figures: [{ label: null, percentile: 50, target: null }] }, [pair(10, 100)])),
    'pushing: 10 runs/s (0.1 x store-alone, target 0.4 x) short',
  )
})

test('BENCH5: numbers', () => {
  assert.deepEqual([0, 0.12345, 1.999, 12.345, 99.94, 100.4, 1_234_567.8].map(formatNumber), [
    '0',
    '0.123',
    '2',
    '12.3',
    '99.9',
    '100',
    '1,234,568',
  ])
})

test('BENCH6: lines of rounds and of all of them', () => {
  assert.equal(roundLine(rate, 2, pair(10, 40)), '  round 2: 10 runs/s; store-alone 40 runs/s; 0.25 x')
  assert.equal(roundLine(lateness, 1, alone(1, 2, 3)), '  round 1: 2 (1 to 3) ms')
  assert.deepEqual(summaryLines(resultOf(rate, [pair(10, 40), pair(20, 50), pair(30, 60)])), [
    '  measured: median 20, min 10, max 30 runs/s (3 samples)',
    '  store-alone: median 50, min 40, max 60 runs/s (3 samples)',
  ])
  assert.deepEqual(summaryLines(resultOf(lateness, [alone(1)])), ['  measured: median 1, min 1, max 1 ms (1 samples)'])
})

test('BENCH7: targets', () => {
  assert.equal(targetText(rate), '≥ 20,000 runs/s, ≥ 0.4 x store-alone')
  assert.equal(targetText(lateness), 'p50 ≤ 2 ms, p99 ≤ 10 ms')
})
