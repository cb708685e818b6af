import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  DAY,
  DEFAULT_DST,
  type DstPolicy,
  formatDate,
  formatDaytime,
  formatInstant,
  HOUR,
  MINUTE,
  parseDate,
  parseInstant,
  parseZone,
  type Zone,
} from '../time/index.ts'
import { ALL_DAYS, builtInCalendar, type Calendar, NO_DAYS } from '../calendar/index.ts'
import { type DailyRule, dailyInstants, dailyOccurrences } from './index.ts'

const ZONES = [
  'Africa/Casablanca',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Europe/Dublin',
  'Pacific/Apia',
  'Pacific/Kwajalein',
  'UTC',
] as const
const CALENDARS = ['all', 'Mon-Fri', 'Sat,Sun', 'Wed', 'Mon,Wed-Fri'] as const

function instant(text: string): number {
  const parsed = parseInstant(text)
  assert.ok(parsed.ok, text)
  return parsed.value
}

function zone(name: string): Zone {
  const parsed = parseZone(name)
  assert.ok(parsed.ok, name)
  return parsed.value
}

function calendar(name: string): Calendar {
  const found = builtInCalendar(name)
  assert.ok(found !== null, name)
  return found
}

function rule(change: Partial<DailyRule>): DailyRule {
  const base = { zone: zone('America/New_York'), calendar: ALL_DAYS, daytimes: [9 * HOUR], dateShift: 0, calShift: 0 }
  return { ...base, dst: DEFAULT_DST, ...change }
}

function times(daily: DailyRule, from: string, to: string): readonly string[] {
  return Array.from(dailyInstants(daily, instant(from), instant(to)), ({ due }) => formatInstant(due).slice(0, 19))
}

// Windows near the changes of clocks of the zone, and others.
function windows(name: string): fc.Arbitrary<readonly [number, number]> {
  return fc
    .tuple(
      fc.integer({ min: instant('1968-01-01T00:00:00Z'), max: instant('2140-01-01T00:00:00Z') }),
      fc.boolean(),
      fc.integer({ min: -3 * DAY, max: DAY }),
      fc.integer({ min: 0, max: 8 * DAY }),
    )
    .map(([at, near, before, length]) => {
      const change = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name).getTimeZoneTransition('next')
      const from = (near && change !== null ? change.epochMilliseconds : at) + before
      return [from, from + length] as const
    })
}

const dsts: fc.Arbitrary<DstPolicy> = fc.record({
  gap: fc.constantFrom('skip', 'next', 'shift'),
  fold: fc.constantFrom('first', 'second', 'both'),
})
const cases = fc.constantFrom(...ZONES).chain((name) =>
  fc.record({
    window: windows(name),
    daily: fc.record({
      zone: fc.constant(zone(name)),
      calendar: fc.constantFrom(...CALENDARS).map(calendar),
      daytimes: fc
        .uniqueArray(fc.integer({ min: 0, max: 24 * 12 - 1 }), { minLength: 1, maxLength: 8 })
        .map((fives) => fives.map((five) => five * 5 * MINUTE).sort((a, b) => a - b)),
      dateShift: fc.integer({ min: -3, max: 3 }),
      calShift: fc.integer({ min: -3, max: 3 }),
      dst: dsts,
    }),
  }),
)

// All instants of a rule in a window, date by date, with Temporal.
function expected(daily: DailyRule, from: number, to: number): readonly number[] {
  const found = new Set<number>()
  for (let nominal = Math.floor(from / DAY) - 40; nominal < to / DAY + 40; nominal++) {
    if (!daily.calendar.contains(nominal)) continue
    const date = (daily.calendar.shift(nominal, daily.calShift) ?? 0) + daily.dateShift
    for (const daytime of daily.daytimes) {
      for (const due of meaning(daily.zone.name, date * DAY + daytime, daily.dst))
        if (due >= from && due < to) found.add(due)
    }
  }
  return [...found].sort((a, b) => a - b)
}

function meaning(name: string, local: number, dst: DstPolicy): readonly number[] {
  const plain = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
  const earlier = plain.toZonedDateTime(name, { disambiguation: 'earlier' })
  const later = plain.toZonedDateTime(name, { disambiguation: 'later' })
  const [first, second] = [earlier.epochMilliseconds, later.epochMilliseconds]
  if (first === second) return [first]
  if (earlier.toPlainDateTime().equals(plain)) {
    return { first: [first], second: [second], both: [first, second] }[dst.fold]
  }
  const change = earlier.getTimeZoneTransition('next')?.epochMilliseconds
  assert.ok(change !== undefined)
  return { skip: [], next: [change], shift: [second] }[dst.gap]
}

test('SCHED30: dates, daytimes and shifts', () => {
  assert.deepEqual(times(rule({}), '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'), [
    '2026-01-01T14:00:00',
    '2026-01-02T14:00:00',
    '2026-01-03T14:00:00',
  ])
  const friday = rule({ calendar: calendar('Mon-Fri'), dateShift: 1, daytimes: [0, 18 * HOUR] })
  assert.deepEqual(times(friday, '2026-01-03T00:00:00Z', '2026-01-07T00:00:00Z'), [
    '2026-01-03T05:00:00',
    '2026-01-03T23:00:00',
    '2026-01-06T05:00:00',
    '2026-01-06T23:00:00',
  ])
  fc.assert(
    fc.property(cases, ({ daily, window: [from, to] }) => {
      assert.deepEqual(
        Array.from(dailyInstants(daily, from, to), ({ due }) => due),
        expected(daily, from, to),
      )
    }),
    { numRuns: 400 },
  )
})

test('SCHED10: daily instants in order, within the window, once each', () => {
  fc.assert(
    fc.property(cases, ({ daily, window: [from, to] }) => {
      let last = Number.NEGATIVE_INFINITY
      for (const { due } of dailyInstants(daily, from, to)) {
        assert.ok(due >= from && due < to && due > last)
        last = due
      }
    }),
    { numRuns: 300 },
  )
})

test('SCHED11: daily windows compose', () => {
  fc.assert(
    fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), ({ daily, window: [from, to] }, share) => {
      const middle = Math.round(from + (to - from) * share)
      const parts = [...dailyInstants(daily, from, middle), ...dailyInstants(daily, middle, to)]
      assert.deepEqual(parts, [...dailyInstants(daily, from, to)])
    }),
    { numRuns: 400 },
  )
})

test('SCHED12: an endless daily window', () => {
  const [first] = dailyInstants(rule({}), instant('2026-01-01T00:00:00Z'), Number.POSITIVE_INFINITY)
  assert.equal(first?.due, instant('2026-01-01T14:00:00Z'))
  const [late] = dailyInstants(rule({}), instant('9000-07-01T00:00:00Z'), Number.POSITIVE_INFINITY)
  assert.equal(late?.due, instant('9000-07-01T13:00:00Z'))
  const last = [...dailyInstants(rule({}), instant('9999-12-30T00:00:00Z'), Number.POSITIVE_INFINITY)]
  assert.equal(last.length, 2)
})

test('SCHED31: args of a daily schedule', () => {
  const daily = rule({ calendar: calendar('Mon-Fri'), calShift: 1, dateShift: -1, daytimes: [9 * HOUR + 500] })
  const [occurrence] = dailyOccurrences(daily, instant('2026-01-04T00:00:00Z'), Number.POSITIVE_INFINITY)
  // The Friday: one working day on is Monday, one day back Sunday.
  assert.equal(occurrence?.due, instant('2026-01-04T14:00:00.5Z'))
  assert.deepEqual(occurrence?.args, {
    calendar: 'Mon-Fri',
    date: '2026-01-02',
    daytime: '09:00:00.5',
    time: '2026-01-04T14:00:00.5+00:00',
    tz: 'America/New_York',
  })
  const [all] = dailyOccurrences(rule({}), instant('2026-01-04T00:00:00Z'), Number.POSITIVE_INFINITY)
  assert.equal(all?.args.calendar, 'all days')
})

test('SCHED32: gaps and folds', () => {
  const gap = { daytimes: [90 * MINUTE, 150 * MINUTE, 210 * MINUTE] }
  const spring = ['2026-03-08T00:00:00Z', '2026-03-09T00:00:00Z'] as const
  assert.deepEqual(times(rule(gap), ...spring), ['2026-03-08T06:30:00', '2026-03-08T07:30:00'])
  const next = rule({ ...gap, dst: { gap: 'next', fold: 'first' } })
  assert.deepEqual(times(next, ...spring), ['2026-03-08T06:30:00', '2026-03-08T07:00:00', '2026-03-08T07:30:00'])
  const fold = { daytimes: [90 * MINUTE] }
  const autumn = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'] as const
  assert.deepEqual(times(rule(fold), ...autumn), ['2026-11-01T05:30:00'])
  assert.deepEqual(times(rule({ ...fold, dst: { gap: 'skip', fold: 'second' } }), ...autumn), ['2026-11-01T06:30:00'])
  assert.deepEqual(times(rule({ ...fold, dst: { gap: 'skip', fold: 'both' } }), ...autumn), [
    '2026-11-01T05:30:00',
    '2026-11-01T06:30:00',
  ])
})

test('SCHED33: what is moved onto another makes no second one', () => {
  const daily = rule({ daytimes: [150 * MINUTE, 210 * MINUTE], dst: { gap: 'shift', fold: 'first' } })
  const found = [...dailyInstants(daily, instant('2026-03-08T00:00:00Z'), instant('2026-03-09T00:00:00Z'))]
  assert.deepEqual(
    found.map(({ due, daytime, moved }) => [formatInstant(due), formatDaytime(daytime), moved]),
    [['2026-03-08T07:30:00+00:00', '03:30:00', false]],
  )
  // A whole day was skipped: shifted, it falls on the next.
  const apia = rule({ zone: zone('Pacific/Apia'), dst: { gap: 'shift', fold: 'first' } })
  const days = [...dailyInstants(apia, instant('2011-12-29T00:00:00Z'), instant('2012-01-01T00:00:00Z'))]
  assert.deepEqual(
    days.map(({ nominal, moved }) => [formatDate(nominal), moved]),
    [
      ['2011-12-29', false],
      ['2011-12-31', false],
      ['2012-01-01', false],
    ],
  )
})

test('SCHED34: a window that begins in the second pass of an hour', () => {
  const daily = rule({ daytimes: [100 * MINUTE, 110 * MINUTE, 120 * MINUTE] })
  assert.deepEqual(times(daily, '2026-11-01T06:45:00Z', '2026-11-01T12:00:00Z'), ['2026-11-01T07:00:00'])
})

test('SCHED35: a calendar without dates', () => {
  assert.deepEqual([...dailyInstants(rule({ calendar: NO_DAYS }), 0, Number.POSITIVE_INFINITY)], [])
  const [first, end] = ['2026-01-05', '2026-01-09'].map((text) => {
    const date = parseDate(text)
    assert.ok(date.ok)
    return date.value
  })
  assert.ok(first !== undefined && end !== undefined)
  const inside = (date: number): boolean => date >= first && date < end
  const short: Calendar = {
    name: 'short',
    label: 'short',
    source: null,
    first,
    end,
    contains: inside,
    onOrAfter: (date) => (date < end ? Math.max(date, first) : null),
    onOrBefore: (date) => (date >= first ? Math.min(date, end - 1) : null),
    shift: (date, n) => (inside(date) && inside(date + n) ? date + n : null),
  }
  const found = (calShift: number): readonly string[] =>
    Array.from(dailyInstants(rule({ calendar: short, calShift }), 0, Number.POSITIVE_INFINITY), ({ nominal }) =>
      formatDate(nominal),
    )
  assert.deepEqual(found(0), ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08'])
  assert.deepEqual(found(2), ['2026-01-05', '2026-01-06'])
  assert.deepEqual(found(-3), ['2026-01-08'])
  assert.deepEqual(found(9), [])
  assert.deepEqual(found(-9), [])
})
