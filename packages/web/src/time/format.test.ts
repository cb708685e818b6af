import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatFull, formatShort, parseLocal } from './format.ts'

const AT = Date.UTC(2026, 0, 31, 23, 5, 9)

test('WTIME1: in the chosen zone', () => {
  assert.equal(formatFull(AT, 'UTC'), '2026-01-31 23:05:09')
  assert.equal(formatFull(AT, 'Asia/Tokyo'), '2026-02-01 08:05:09')
})

test('WTIME2: no more of the date than is needed', () => {
  assert.equal(formatShort(AT, 'UTC', Date.UTC(2026, 0, 31)), '23:05:09')
  assert.equal(formatShort(AT, 'Asia/Tokyo', Date.UTC(2026, 0, 31)), '02-01 08:05:09')
  assert.equal(formatShort(AT, 'UTC', Date.UTC(2027, 0, 31)), '2026-01-31 23:05:09')
})

test('WTIME3: a typed time', () => {
  assert.equal(parseLocal('2026-01-31T23:05', 'UTC'), Date.UTC(2026, 0, 31, 23, 5))
  assert.equal(parseLocal('2026-02-01T08:05:09', 'Asia/Tokyo'), AT)
  const zone = 'America/New_York'
  assert.equal(parseLocal('2026-07-01T12:00', zone), Date.UTC(2026, 6, 1, 16))
  assert.equal(parseLocal('2026-11-01T01:30', zone), Date.UTC(2026, 10, 1, 5, 30)) // the first of two
  assert.equal(parseLocal('2026-03-08T02:30', zone), Date.UTC(2026, 2, 8, 7, 30)) // 3:30 by the new clock
})

test('WTIME4: no time', () => {
  for (const text of ['', 'now', '2026-02-01', '2026-13-01T00:00']) assert.equal(parseLocal(text, 'UTC'), null, text)
})
