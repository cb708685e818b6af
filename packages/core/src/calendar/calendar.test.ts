import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FIRST_DATE, LAST_DATE, parseDate, weekdayOf } from '../time/index.ts'
import { ALL_DAYS, builtInCalendar, type Calendar, findCalendar, NO_DAYS } from './index.ts'

const EXPRESSIONS: readonly (readonly [string, readonly number[]])[] = [
  ['all', [0, 1, 2, 3, 4, 5, 6]],
  ['none', []],
  ['', []],
  ['Mon', [0]],
  ['Mon,Tue', [0, 1]],
  ['Mon-Fri', [0, 1, 2, 3, 4]],
  ['Fri-Mon', [0, 4, 5, 6]],
  ['Mon,Wed-Fri', [0, 2, 3, 4]],
  ['Sun-Sun', [6]],
  ['Sat,Sun', [5, 6]],
]

function calendar(name: string): Calendar {
  const found = builtInCalendar(name)
  assert.ok(found !== null, name)
  return found
}

test('CAL1: names of calendars', () => {
  for (const [name, weekdays] of EXPRESSIONS) {
    const dates = Array.from({ length: 28 }, (_, date) => date).filter((date) => calendar(name).contains(date))
    assert.deepEqual(
      [...new Set<number>(dates.map(weekdayOf))].sort((a, b) => a - b),
      [...weekdays],
    )
    assert.equal(dates.length, weekdays.length * 4)
  }
  for (const name of ['mon', 'Monday', 'Mon-', '-Fri', 'Mon,', 'Mon-Fri-Sun', 'Mon Fri', 'holidays']) {
    const found = findCalendar(name)
    assert.deepEqual([found.ok, !found.ok && found.message], [false, `no such calendar: ${name}`])
  }
  assert.deepEqual([ALL_DAYS.label, NO_DAYS.label, calendar('Mon-Fri').label], ['all days', 'no days', 'Mon-Fri'])
  const holidays: Calendar = { ...NO_DAYS, name: 'holidays' }
  assert.deepEqual(
    findCalendar('holidays', (name) => (name === 'holidays' ? holidays : null)),
    { ok: true, value: holidays },
  )
})

test('CAL2: moving in a calendar', () => {
  const arbitrary = fc.constantFrom(...EXPRESSIONS.map(([name]) => name))
  fc.assert(
    fc.property(
      arbitrary,
      fc.integer({ min: -1_000, max: 30_000 }),
      fc.integer({ min: -40, max: 40 }),
      (name, start, n) => {
        const dates = calendar(name)
        const near = Array.from({ length: 801 }, (_, index) => start - 400 + index).filter((date) =>
          dates.contains(date),
        )
        const after = near.find((date) => date >= start) ?? null
        assert.equal(dates.onOrAfter(start), after)
        assert.equal(dates.onOrBefore(start), near.findLast((date) => date <= start) ?? null)
        if (after === null) return
        assert.equal(dates.shift(after, n), near[near.indexOf(after) + n])
        if (!dates.contains(start)) assert.equal(dates.shift(start, n), null)
      },
    ),
  )
})

test('CAL3: the ends of time', () => {
  const weekdays = calendar('Mon-Fri')
  assert.deepEqual(parseDate('9999-12-31'), { ok: true, value: LAST_DATE })
  assert.equal(weekdays.contains(LAST_DATE), true)
  assert.equal(weekdays.contains(LAST_DATE + 1), false)
  assert.equal(weekdays.onOrAfter(LAST_DATE + 1), null)
  assert.equal(weekdays.onOrBefore(LAST_DATE + 100), LAST_DATE)
  assert.equal(weekdays.shift(LAST_DATE, 1), null)
  assert.equal(weekdays.shift(LAST_DATE, 1_000_000_000), null)
  assert.equal(weekdays.contains(FIRST_DATE), true)
  assert.equal(weekdays.onOrBefore(FIRST_DATE - 1), null)
  assert.equal(weekdays.onOrAfter(-10_000_000), FIRST_DATE)
  assert.equal(weekdays.shift(FIRST_DATE, -1), null)
})
