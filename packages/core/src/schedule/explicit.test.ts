import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { END_OF_TIME, FIRST_INSTANT } from '../time/index.ts'
import { delayed, explicitOccurrences, intervalOccurrences } from './index.ts'

const sorted = fc.uniqueArray(fc.integer({ min: -50, max: 50 })).map((times) => times.sort((a, b) => a - b))
const dues = (times: readonly number[], from: number, to: number): number[] =>
  Array.from(explicitOccurrences(times, from, to), ({ due }) => due)

test('SCHED60: explicit times', () => {
  fc.assert(
    fc.property(sorted, fc.integer({ min: -60, max: 60 }), fc.nat(100), (times, from, length) => {
      assert.deepEqual(
        dues(times, from, from + length),
        times.filter((due) => due >= from && due < from + length),
      )
    }),
  )
  assert.deepEqual([...explicitOccurrences([0], 0, 1)][0]?.args, { time: '1970-01-01T00:00:00+00:00' })
  assert.deepEqual(dues([], -Infinity, Infinity), [])
})

test('SCHED11: windows of explicit times compose', () => {
  const bounds = fc.integer({ min: -60, max: 60 })
  fc.assert(
    fc.property(sorted, bounds, bounds, bounds, (times, ...some) => {
      const [a, b, c] = some.sort((one, other) => one - other)
      assert.deepEqual([...dues(times, a, b), ...dues(times, b, c)], dues(times, a, c))
    }),
  )
})

test('SCHED14: delays', () => {
  const rule = { interval: 1_000, phase: 0, epoch: 0 }
  const inner = (from: number, to: number): ReturnType<typeof intervalOccurrences> =>
    intervalOccurrences(rule, from, to)
  const found = [...delayed(inner, 1_500.25, 0, 3_000)]
  assert.deepEqual(
    found.map(({ due, args }) => [due, args['time']]),
    [
      [500.25, '1969-12-31T23:59:59+00:00'],
      [1_500.25, '1970-01-01T00:00:00+00:00'],
      [2_500.25, '1970-01-01T00:00:01+00:00'],
    ],
  )
  const delays = fc.oneof(fc.integer({ min: -5_000_000, max: 5_000_000 }), fc.constantFrom(0.001, -0.001, 86_400_000))
  fc.assert(
    fc.property(
      delays,
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.nat(20_000),
      fc.nat(20_000),
      (delay, a, first, second) => {
        const list = (from: number, to: number): number[] =>
          Array.from(delayed(inner, delay, from, to), ({ due }) => due)
        const [b, c] = [a + first, a + first + second]
        assert.deepEqual([...list(a, b), ...list(b, c)], list(a, c))
        assert.ok(Math.abs(list(a, c).length - (c - a) / 1_000) <= 1)
      },
    ),
  )
})

test('SCHED13: extreme delays', () => {
  const inner = (from: number, to: number): ReturnType<typeof intervalOccurrences> =>
    intervalOccurrences({ interval: 3_600_000, phase: 0, epoch: 0 }, from, to)
  for (const delay of [1e300, -1e300, 1e18, -1e18]) {
    assert.deepEqual([...delayed(inner, delay, -Infinity, Infinity)].length, 0)
  }
  const [first] = delayed(inner, 1_000, -Infinity, Infinity)
  assert.equal(first?.due, FIRST_INSTANT + 1_000)
  assert.equal([...delayed(inner, 1_000, END_OF_TIME - 3_600_000, Infinity)].length, 1)
  assert.deepEqual([...inner(1e300, Infinity)], [])
  const [huge] = intervalOccurrences({ interval: 1e300, phase: 0, epoch: 0 }, -1, Infinity)
  assert.equal(huge?.due, 0)
})
