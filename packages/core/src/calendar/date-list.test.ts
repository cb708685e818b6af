import assert from 'node:assert/strict'
import { test } from 'node:test'
import { datesBetween, calendarSet } from './index.ts'
import { civilDate, FIRST_DATE, formatDate, LAST_DATE } from '../time/index.ts'
import { files, found, told } from './fixture/files.ts'

test('CAL7: files of dates', () => {
  const plain = 'START 2026-01-01\nSTOP  2026-12-31\n\n2026-01-15 a remark 2026\n20260202\n'
  const odd =
    '\uFEFF# holidays\r\n  START\t2026-01-01 first\r\n\r\n# more\r\n2026-01-15\r\n\t20260202\t# x\rSTOP 2026-12-31 last'
  for (const text of [plain, odd]) {
    const set = calendarSet(files({ c: text }))
    assert.deepEqual(set.diagnostics, [])
    const calendar = found(set, 'c')
    assert.deepEqual([...datesBetween(calendar, FIRST_DATE, LAST_DATE + 1)].map(formatDate), [
      '2026-01-15',
      '2026-02-02',
    ])
    assert.deepEqual([calendar.name, calendar.label], ['c', 'c'])
    assert.deepEqual([formatDate(calendar.first), formatDate(calendar.end)], ['2026-01-01', '2026-12-31'])
  }
})

test('CAL8: outside its bounds a calendar has no dates', () => {
  const calendar = found(calendarSet(files({ c: 'START 2026-01-01\nSTOP 2027-01-01\n2026-01-01\n2026-12-31\n' })), 'c')
  const [first, last] = [civilDate(2026, 1, 1), civilDate(2026, 12, 31)]
  assert.deepEqual([calendar.onOrAfter(FIRST_DATE), calendar.onOrBefore(LAST_DATE)], [first, last])
  assert.deepEqual([calendar.onOrAfter(last + 1), calendar.onOrBefore(first - 1)], [null, null])
  assert.deepEqual([calendar.contains(first - 1), calendar.contains(last + 1)], [false, false])
  assert.deepEqual([calendar.shift(last, 1), calendar.shift(first, -1), calendar.shift(first, 1)], [null, null, last])
  assert.equal(calendar.shift(last + 5, 0), null)
  const empty = found(calendarSet(files({ c: 'START 2026-01-01\nSTOP 2026-01-01\n' })), 'c')
  assert.deepEqual(
    [empty.onOrAfter(FIRST_DATE), empty.onOrBefore(LAST_DATE), empty.contains(first)],
    [null, null, false],
  )
})

test('CAL9: mistakes in files of dates', () => {
  const of = (text: string): string[] => told(calendarSet(files({ c: text }))).map((one) => one.slice('c.cal:'.length))
  const head = 'START 2026-01-01\nSTOP 2027-01-01\n'
  assert.deepEqual(of(`${head}2026-02-30\n  next week\n2027-01-01\n2025-12-31 x\n`), [
    '3:1 error CALENDAR_DATE',
    '4:3 error CALENDAR_DATE',
    '6:1 warning CALENDAR_DATE_ORDER',
    '5:1 error CALENDAR_DATE_OUTSIDE',
    '6:1 error CALENDAR_DATE_OUTSIDE',
  ])
  assert.deepEqual(of(`${head}2026-02-03\n2026-02-03\n 2026-02-02\n`), [
    '4:1 warning CALENDAR_DATE_ORDER',
    '5:2 warning CALENDAR_DATE_ORDER',
  ])
  assert.equal(
    found(calendarSet(files({ c: `${head}2026-02-03\n2026-02-03\n2026-02-02\n` })), 'c').contains(20_486),
    true,
  )
  assert.deepEqual(of('2026-01-01\n'), ['1:1 error CALENDAR_BOUNDS', '1:1 error CALENDAR_BOUNDS'])
  assert.deepEqual(of(''), ['1:1 error CALENDAR_BOUNDS', '1:1 error CALENDAR_BOUNDS'])
  assert.deepEqual(of(`${head}START 2026-02-01\n`), ['3:1 error CALENDAR_BOUNDS'])
  assert.deepEqual(of('START  soon\nSTOP'), ['1:8 error CALENDAR_BOUNDS', '2:5 error CALENDAR_BOUNDS'])
  assert.deepEqual(of('START 2026-01-02\nSTOP 2026-01-01\n'), ['1:1 error CALENDAR_BOUNDS'])
  const many = of(`${head}${'x\n'.repeat(500)}`)
  assert.deepEqual([many.length, many.at(-1)], [101, '102:1 error CALENDAR_TOO_LARGE'])
  const outside = of(`${head}${Array.from({ length: 5000 }, (_, index) => formatDate(30_000 + index)).join('\n')}`)
  assert.equal(outside.length, 101)
})
