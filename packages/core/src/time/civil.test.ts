import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  civilDate,
  daysInMonth,
  FIRST_DATE,
  formatDate,
  formatDaytime,
  formatInstant,
  formatInstantMs,
  END_OF_TIME,
  FIRST_INSTANT,
  LAST_DATE,
  parseDate,
  parseDaytime,
  parseInstant,
  weekdayOf,
  yearMonthDay,
} from './index.ts'

test('TIME10: dates', () => {
  assert.deepEqual(parseDate('1970-01-01'), { ok: true, value: 0 })
  assert.deepEqual(parseDate('20240229'), { ok: true, value: 19_782 })
  assert.deepEqual(parseDate('0001-01-01'), { ok: true, value: FIRST_DATE })
  assert.deepEqual(parseDate('9999-12-31'), { ok: true, value: LAST_DATE })
  for (const text of ['2023-02-29', '2024-13-01', '2024-00-01', '2024-01-00', '2024-04-31', '0000-01-01']) {
    assert.deepEqual(parseDate(text), { ok: false, message: `can't parse as date: ${text}: no such date` })
  }
  for (const text of ['', '2024-1-1', '01/02/2024', '2024-01-01T00:00:00Z', ' 2024-01-01', '2024-0101']) {
    assert.deepEqual(parseDate(text), { ok: false, message: `can't parse as date: ${text}: expected YYYY-MM-DD` })
  }
})

test('TIME11: dates agree with Temporal', () => {
  fc.assert(
    fc.property(fc.integer({ min: FIRST_DATE, max: LAST_DATE }), (date) => {
      const plain = Temporal.PlainDate.from('1970-01-01').add({ days: date })
      assert.deepEqual(yearMonthDay(date), { year: plain.year, month: plain.month, day: plain.day })
      assert.equal(civilDate(plain.year, plain.month, plain.day), date)
      assert.equal(weekdayOf(date) + 1, plain.dayOfWeek)
      assert.equal(formatDate(date), plain.toString())
      assert.equal(daysInMonth(plain.year, plain.month), plain.daysInMonth)
    }),
    { numRuns: 500 },
  )
})

test('TIME12: daytimes', () => {
  const good: readonly (readonly [string | number, number, string])[] = [
    ['00:00:00', 0, '00:00:00'],
    ['9:30:00', 34_200_000, '09:30:00'],
    ['23:59:59.999', 86_399_999, '23:59:59.999'],
    ['12:00:00.250', 43_200_250, '12:00:00.25'],
    ['12:00:00.0000019', 43_200_000.001, '12:00:00.000001'],
    [0, 0, '00:00:00'],
    [34_200, 34_200_000, '09:30:00'],
    [0.5, 500, '00:00:00.5'],
  ]
  for (const [input, daytime, text] of good) {
    assert.deepEqual(parseDaytime(input), { ok: true, value: daytime })
    assert.equal(formatDaytime(daytime), text)
  }
  for (const text of ['24:00:00', '23:60:00', '23:00:60', '99:00:00']) {
    assert.deepEqual(parseDaytime(text), { ok: false, message: `can't parse as daytime: ${text}: no such daytime` })
  }
  for (const text of ['09:00', '0900', '9:00:00 AM', '', '9:0:0', '09:00:00.', '34200']) {
    assert.deepEqual(parseDaytime(text), { ok: false, message: `can't parse as daytime: ${text}: expected HH:MM:SS` })
  }
  for (const seconds of [-1, 86_400, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(parseDaytime(seconds).ok, false)
})

test('TIME13: times', () => {
  const good: readonly (readonly [string, string])[] = [
    ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05+00:00'],
    ['2024-01-02T03:04:05+05:30', '2024-01-01T21:34:05+00:00'],
    ['2024-01-02T03:04:05.25-01:00', '2024-01-02T04:04:05.25+00:00'],
    ['20240102T030405Z', '2024-01-02T03:04:05+00:00'],
    ['0001-01-01T00:00:00+00:00', '0001-01-01T00:00:00+00:00'],
  ]
  for (const [text, printed] of good) {
    const parsed = parseInstant(text)
    assert.equal(parsed.ok && formatInstant(parsed.value), printed)
  }
  const bad: readonly (readonly [string, string])[] = [
    ['2024-01-02T03:04:05', 'expected YYYY-MM-DDTHH:MM:SS and a zone, Z or ±HH:MM'],
    ['2024-01-02 03:04:05Z', 'expected YYYY-MM-DDTHH:MM:SS and a zone, Z or ±HH:MM'],
    ['2024-01-02T03:04Z', 'expected YYYY-MM-DDTHH:MM:SS and a zone, Z or ±HH:MM'],
    ['2024-01-02', 'expected YYYY-MM-DDTHH:MM:SS and a zone, Z or ±HH:MM'],
    ['1704164645', 'expected YYYY-MM-DDTHH:MM:SS and a zone, Z or ±HH:MM'],
    ['2024-02-30T00:00:00Z', 'no such time'],
    ['2024-01-02T24:00:00Z', 'no such time'],
    ['2024-01-02T03:04:05+24:00', 'no such offset'],
    ['0001-01-01T00:00:00+01:00', 'outside the years 1 to 9999'],
    ['9999-12-31T23:59:59-01:00', 'outside the years 1 to 9999'],
  ]
  for (const [text, why] of bad) {
    assert.deepEqual(parseInstant(text), { ok: false, message: `can't parse as time: ${text}: ${why}` })
  }
})

test('TIME14: instants print and read back', () => {
  assert.equal(formatInstant(0), '1970-01-01T00:00:00+00:00')
  assert.equal(formatInstant(1_500), '1970-01-01T00:00:01.5+00:00')
  assert.equal(formatInstant(1_700_000_000_123.457), '2023-11-14T22:13:20.123457+00:00')
  assert.equal(formatInstant(999.9999), '1970-01-01T00:00:01+00:00')
  assert.equal(formatInstant(-1), '1969-12-31T23:59:59.999+00:00')
  fc.assert(
    fc.property(fc.integer({ min: FIRST_INSTANT, max: END_OF_TIME - 1 }), (instant) => {
      assert.deepEqual(parseInstant(formatInstant(instant)), { ok: true, value: instant })
      const temporal = Temporal.Instant.fromEpochMilliseconds(instant).toString().replace('Z', '+00:00')
      assert.equal(formatInstant(instant), temporal)
    }),
    { numRuns: 300 },
  )
})

test('TIME15: the API form', () => {
  assert.equal(formatInstantMs(0), '1970-01-01T00:00:00.000+00:00')
  assert.equal(formatInstantMs(1_700_000_000_123.999), '2023-11-14T22:13:20.123+00:00')
  assert.equal(formatInstantMs(1_700_000_000_040), '2023-11-14T22:13:20.040+00:00')
  assert.equal(formatInstantMs(-0.5), '1969-12-31T23:59:59.999+00:00')
})
