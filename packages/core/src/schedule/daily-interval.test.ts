import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ALL_DAYS, builtInCalendar, type Calendar, NO_DAYS } from '../calendar/index.ts'
import { DAY, DEFAULT_DST, END_OF_TIME, formatInstant, HOUR, MINUTE, parseZone, type Zone } from '../time/index.ts'
import {
  type DailyIntervalRule,
  dailyIntervalFault,
  dailyIntervalOccurrences,
  isDailyIntervalEmpty,
  MAX_STOP_SHIFT,
} from './index.ts'
import { assertAscending, assertComposing } from './fixture.test.ts'

const zone = (name: string): Zone => {
  const parsed = parseZone(name)
  assert.ok(parsed.ok, name)
  return parsed.value
}
const calendar = (name: string): Calendar => {
  const found = builtInCalendar(name)
  assert.ok(found !== null, name)
  return found
}
const bound = (daytime: number, dateShift = 0, calShift = 0): DailyIntervalRule['start'] => ({
  daytime,
  dateShift,
  calShift,
})
const rule = (change: Partial<DailyIntervalRule> = {}): DailyIntervalRule => ({
  zone: zone('America/New_York'),
  calendar: ALL_DAYS,
  start: bound(9 * HOUR),
  stop: bound(10 * HOUR),
  interval: 30 * MINUTE,
  dst: DEFAULT_DST,
  ...change,
})
const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds
const dues = (one: DailyIntervalRule, from: number, to: number): number[] =>
  Array.from(dailyIntervalOccurrences(one, from, to), ({ due }) => due)
const texts = (one: DailyIntervalRule, from: string, to: string): string[] =>
  dues(one, at(from), at(to)).map((due) => formatInstant(due).slice(0, 19))

const NEAR = at('2026-03-08T07:00:00Z')
const rules: fc.Arbitrary<DailyIntervalRule> = fc.record({
  zone: fc.constantFrom('America/New_York', 'Australia/Lord_Howe', 'Europe/Dublin', 'UTC').map(zone),
  calendar: fc.constantFrom('all', 'Mon-Fri', 'Wed', 'Sat,Sun').map(calendar),
  start: fc
    .tuple(fc.nat(95), fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 }))
    .map(([quarter, days, dates]) => bound(quarter * 15 * MINUTE, days, dates)),
  stop: fc
    .tuple(fc.nat(95), fc.integer({ min: -2, max: 4 }), fc.integer({ min: -2, max: 2 }))
    .map(([quarter, days, dates]) => bound(quarter * 15 * MINUTE, days, dates)),
  interval: fc.constantFrom(20 * MINUTE, HOUR, 5 * HOUR, 23 * HOUR, 1_234_567),
  dst: fc.record({
    gap: fc.constantFrom('skip', 'next', 'shift'),
    fold: fc.constantFrom('first', 'second', 'both'),
  }),
})
const froms = fc
  .tuple(
    fc.constantFrom(NEAR, at('2026-11-01T06:00:00Z'), at('2026-10-04T00:00:00Z')),
    fc.integer({ min: -3 * DAY, max: 3 * DAY }),
  )
  .map(([near, by]) => near + by)

// Date by date, each instant of each window.
function slow(one: DailyIntervalRule, from: number, to: number): number[] {
  const found = new Set<number>()
  for (let date = Math.floor(from / DAY) - 60; date < to / DAY + 60; date++) {
    if (!one.calendar.contains(date)) continue
    const [start, stop] = [one.start, one.stop].map(
      ({ daytime, dateShift, calShift }) => ((one.calendar.shift(date, calShift) ?? 0) + dateShift) * DAY + daytime,
    )
    if (start === undefined || stop === undefined || stop <= start) continue
    const first = one.zone.instantsOf(start, one.dst)[0]
    const end = one.zone.instantsOf(stop, one.dst).at(-1)
    if (first === undefined || end === undefined) continue
    for (let due = first; due < end; due += one.interval) if (due >= from && due < to) found.add(due)
  }
  return [...found].sort((a, b) => a - b)
}

test('SCHED10: daily intervals ascend, once each', () => {
  assertAscending({ dues, rules, froms })
})

test('SCHED11: windows of daily intervals compose, though dates overlap', () => {
  assertComposing({ dues, rules, froms })
})

test('SCHED12: the first of a daily interval, in any year', () => {
  for (const year of ['2026', '2400', '9990']) {
    const from = at(`${year}-06-01T00:00:00Z`)
    const [first] = dailyIntervalOccurrences(rule(), from, END_OF_TIME)
    assert.equal(first?.due, from + 13 * HOUR)
  }
})

test('SCHED13: extreme daily intervals', () => {
  const last = at('9999-12-30T00:00:00Z')
  assert.equal(dues(rule({ zone: zone('UTC'), stop: bound(10 * HOUR, 300) }), last, Infinity).length, 2 * 48)
  for (const shift of [1e15, -1e15, 3e6, -3e6]) {
    const one = rule({ start: bound(0, shift, shift), stop: bound(HOUR, shift, shift) })
    assert.deepEqual(dues(one, 0, DAY), [])
  }
  const [tiny] = dailyIntervalOccurrences(rule({ interval: 1 }), NEAR, Infinity)
  assert.equal(tiny?.due, at('2026-03-08T13:00:00Z'))
  assert.deepEqual(dues(rule(), -Infinity, -1e15), [])
  assert.deepEqual(dues(rule(), 1e300, Infinity), [])
})

test('SCHED50: starts and stops are shifted apart', () => {
  const one = rule({
    zone: zone('UTC'),
    calendar: calendar('Mon-Fri'),
    start: bound(22 * HOUR, -1),
    stop: bound(HOUR, 0, 1),
    interval: 9 * HOUR,
  })
  // Friday's: from Thursday 22:00 to Monday 01:00.
  assert.deepEqual(texts(one, '2026-01-01T22:00:00Z', '2026-01-04T22:00:00Z'), [
    '2026-01-01T22:00:00',
    '2026-01-02T07:00:00',
    '2026-01-02T16:00:00',
    '2026-01-03T01:00:00',
    '2026-01-03T10:00:00',
    '2026-01-03T19:00:00',
    '2026-01-04T04:00:00',
    '2026-01-04T13:00:00',
  ])
  assert.deepEqual(dues(rule({ calendar: NO_DAYS }), 0, Infinity), [])
})

test('SCHED51: a stop that is not after the start', () => {
  for (const one of [rule({ stop: bound(9 * HOUR) }), rule({ stop: bound(10 * HOUR, -1) })]) {
    assert.ok(isDailyIntervalEmpty(one))
    assert.deepEqual(dues(one, 0, Infinity), [])
  }
  // In the repeated hour the second pass of the stop would be after the first of the start.
  const fold = rule({ start: bound(1.5 * HOUR), stop: bound(1.25 * HOUR), dst: { gap: 'skip', fold: 'both' } })
  assert.deepEqual(dues(fold, at('2026-11-01T00:00:00Z'), at('2026-11-02T00:00:00Z')), [])
})

test('SCHED52: odd starts and stops', () => {
  const spring = ['2026-03-08T00:00:00Z', '2026-03-09T00:00:00Z'] as const
  const gap = (dst: DailyIntervalRule['dst']['gap']): DailyIntervalRule =>
    rule({ start: bound(2.5 * HOUR), stop: bound(4 * HOUR), dst: { gap: dst, fold: 'first' } })
  assert.deepEqual(texts(gap('skip'), ...spring), [])
  assert.deepEqual(texts(gap('next'), ...spring), ['2026-03-08T07:00:00', '2026-03-08T07:30:00'])
  assert.deepEqual(texts(gap('shift'), ...spring), ['2026-03-08T07:30:00'])
  const autumn = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'] as const
  const fold = (dst: DailyIntervalRule['dst']['fold']): DailyIntervalRule =>
    rule({ start: bound(HOUR), stop: bound(1.5 * HOUR), dst: { gap: 'skip', fold: dst } })
  assert.deepEqual(texts(fold('first'), ...autumn), ['2026-11-01T05:00:00'])
  assert.deepEqual(texts(fold('second'), ...autumn), ['2026-11-01T06:00:00'])
  assert.deepEqual(texts(fold('both'), ...autumn), [
    '2026-11-01T05:00:00',
    '2026-11-01T05:30:00',
    '2026-11-01T06:00:00',
  ])
})

test('SCHED53: steps are of real time, as a slow count has them', () => {
  const one = rule({ start: bound(0), stop: bound(3 * HOUR), interval: HOUR })
  assert.equal(dues(one, at('2026-03-08T00:00:00Z'), at('2026-03-09T00:00:00Z')).length, 2)
  assert.equal(dues(one, at('2026-11-01T00:00:00Z'), at('2026-11-02T00:00:00Z')).length, 4)
  fc.assert(
    fc.property(rules, froms, fc.integer({ min: 0, max: 4 * DAY }), (rare, from, length) => {
      assert.deepEqual(dues(rare, from, from + length), slow(rare, from, from + length))
    }),
    { numRuns: 200 },
  )
})

test('SCHED54: of several dates the earliest', () => {
  const one = rule({ zone: zone('UTC'), start: bound(0), stop: bound(0, 2), interval: 12 * HOUR })
  const found = [...dailyIntervalOccurrences(one, 0, DAY)].map(({ due, args }) => `${due / HOUR} ${args['date']}`)
  assert.deepEqual(found, ['0 1969-12-31', '12 1969-12-31'])
})

test('SCHED55: args of daily intervals', () => {
  const one = rule({
    zone: zone('Asia/Tokyo'),
    calendar: calendar('Thu'),
    start: bound(23 * HOUR),
    stop: bound(2 * HOUR, 1),
    interval: 2 * HOUR,
  })
  const [, second] = dailyIntervalOccurrences(one, 0, DAY)
  assert.deepEqual(second?.args, {
    calendar: 'Thu',
    date: '1970-01-01',
    daytime: '01:00:00',
    sched_date: '1970-01-02',
    time: '1970-01-01T16:00:00+00:00',
    tz: 'Asia/Tokyo',
  })
})

test('SCHED56: bounds of daily intervals', () => {
  assert.equal(dailyIntervalFault(rule()), null)
  for (const interval of [0, -0, -1, 0.5, DAY, Number.NaN, Infinity]) {
    assert.equal(dailyIntervalFault(rule({ interval }))?.message, `invalid interval: ${interval / 1_000}`)
  }
  assert.equal(dailyIntervalFault(rule({ stop: bound(0, MAX_STOP_SHIFT) })), null)
  assert.match(dailyIntervalFault(rule({ stop: bound(0, MAX_STOP_SHIFT + 1) }))?.message ?? '', /more than 366/)
  assert.match(dailyIntervalFault(rule({ start: bound(0, 0, -400) }))?.message ?? '', /more than 366/)
})
