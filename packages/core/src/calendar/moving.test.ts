import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { builtInCalendar, calendarSet, countDates, findCalendar, moveIn, nextDate, prevDate } from './index.ts'
import { dateListText, found } from './fixture/files.ts'

const RANGE = { first: 19_000, end: 19_900 }
const dateLists = fc.uniqueArray(fc.integer({ min: RANGE.first, max: RANGE.end - 1 }), { maxLength: 60 })

test('CAL2: moving in the calendar of a file', () => {
  fc.assert(
    fc.property(
      dateLists,
      fc.integer({ min: 18_900, max: 20_000 }),
      fc.integer({ min: -70, max: 70 }),
      (list, date, n) => {
        const dates = [...list].sort((a, b) => a - b)
        const calendar = found(calendarSet([{ name: 'c', path: 'c.cal', text: dateListText(RANGE, dates) }]), 'c')
        assert.equal(calendar.contains(date), dates.includes(date))
        assert.equal(calendar.onOrAfter(date), dates.find((one) => one >= date) ?? null)
        assert.equal(calendar.onOrBefore(date), dates.findLast((one) => one <= date) ?? null)
        assert.equal(calendar.shift(date, n), dates.includes(date) ? (dates[dates.indexOf(date) + n] ?? null) : null)
        for (const one of dates.slice(0, 5)) assert.equal(calendar.shift(one, n), dates[dates.indexOf(one) + n] ?? null)
      },
    ),
  )
})

test('CAL6: next, previous, count, and moving from any date', () => {
  fc.assert(
    fc.property(
      dateLists,
      fc.integer({ min: 18_900, max: 20_000 }),
      fc.integer({ min: -9, max: 9 }),
      (list, date, n) => {
        const dates = [...list].sort((a, b) => a - b)
        const calendar = found(calendarSet([{ name: 'c', path: 'c.cal', text: dateListText(RANGE, dates) }]), 'c')
        const later = dates.filter((one) => one > date)
        const earlier = dates.filter((one) => one < date).reverse()
        assert.equal(nextDate(calendar, date), later[0] ?? null)
        assert.equal(prevDate(calendar, date), earlier[0] ?? null)
        assert.equal(
          countDates(calendar, date, date + 100),
          dates.filter((one) => one >= date && one < date + 100).length,
        )
        const moved = n > 0 ? later[n - 1] : n < 0 ? earlier[-n - 1] : dates.includes(date) ? date : later[0]
        const inside = date >= RANGE.first && date < RANGE.end
        assert.equal(moveIn(calendar, date, n), inside ? (moved ?? null) : null)
      },
    ),
  )
  const weekdays = builtInCalendar('Mon-Fri')
  assert.ok(weekdays !== null)
  assert.equal(countDates(weekdays, 0, 7 * 1000), 5 * 1000)
  const none = findCalendar('none')
  assert.ok(none.ok)
  assert.deepEqual([nextDate(none.value, 0), prevDate(none.value, 0), moveIn(none.value, 0, 1)], [null, null, null])
})
