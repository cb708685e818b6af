import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CivilDate, civilDate, FIRST_DATE, formatDate, LAST_DATE, weekdayOf } from '../time/index.ts'
import { type Calendar, countDates, datesBetween, findCalendar } from './index.ts'

function calendar(name: string): Calendar {
  const result = findCalendar(name)
  assert.ok(result.ok)
  return result.value
}

function datesOf(name: string, year: number): string[] {
  return [...datesBetween(calendar(name), civilDate(year, 1, 1), civilDate(year + 1, 1, 1))].map((date) =>
    formatDate(date).slice(5),
  )
}

// As the Office of Personnel Management publishes them; 2021's list begins with the New Year of 2021 and ends with that of 2022.
const PUBLISHED: Readonly<Record<number, string>> = {
  2010: '01-01 01-18 02-15 05-31 07-05 09-06 10-11 11-11 11-25 12-24 12-31',
  2011: '01-17 02-21 05-30 07-04 09-05 10-10 11-11 11-24 12-26',
  2012: '01-02 01-16 02-20 05-28 07-04 09-03 10-08 11-12 11-22 12-25',
  2015: '01-01 01-19 02-16 05-25 07-03 09-07 10-12 11-11 11-26 12-25',
  2016: '01-01 01-18 02-15 05-30 07-04 09-05 10-10 11-11 11-24 12-26',
  2017: '01-02 01-16 02-20 05-29 07-04 09-04 10-09 11-10 11-23 12-25',
  2018: '01-01 01-15 02-19 05-28 07-04 09-03 10-08 11-12 11-22 12-25',
  2020: '01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25',
  2021: '01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31',
  2022: '01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26',
  2023: '01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25',
  2024: '01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25',
  2025: '01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25',
  2026: '01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25',
  2027: '01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31',
}

test('CAL4: federal holidays are those that were published', () => {
  for (const [year, dates] of Object.entries(PUBLISHED)) {
    assert.deepEqual(datesOf('usa-federal-holidays', Number(year)).join(' '), dates, year)
  }
  const october = (year: number): string[] =>
    datesOf('usa-federal-holidays', year).filter((date) => /^1[01]-/.test(date))
  assert.deepEqual(october(1971), ['10-11', '10-25', '11-25'])
  assert.deepEqual(october(1977), ['10-10', '10-24', '11-24'])
  assert.deepEqual(october(1978), ['10-09', '11-10', '11-23'])
  assert.equal(datesOf('usa-federal-holidays', 1985).filter((date) => date > '01-02' && date < '02-01').length, 0)
  assert.equal(datesOf('usa-federal-holidays', 1986)[1], '01-20')
  assert.equal(
    datesOf('usa-federal-holidays', 2020).some((date) => date.startsWith('06')),
    false,
  )
  const holidays = calendar('usa-federal-holidays')
  assert.deepEqual([holidays.source, holidays.label], [null, 'usa-federal-holidays'])
  assert.equal(holidays.onOrAfter(FIRST_DATE), civilDate(1971, 1, 1))
  assert.equal(holidays.onOrBefore(civilDate(1971, 1, 1) - 1), null)
  // 1 January of the year 10000, which there is not, is a Saturday.
  assert.equal(holidays.onOrBefore(LAST_DATE), LAST_DATE)
})

test('CAL5: federal business days', () => {
  const holidays = calendar('usa-federal-holidays')
  const days = calendar('usa-federal-businessdays')
  const from: CivilDate = civilDate(1971, 1, 1)
  for (const start of [from - 400, from, civilDate(2020, 1, 1), civilDate(2399, 6, 1), LAST_DATE - 300]) {
    for (let date = start; date < start + 800; date++) {
      const open = date >= from && date <= LAST_DATE && weekdayOf(date) < 5 && !holidays.contains(date)
      assert.equal(days.contains(date), open, formatDate(date))
    }
  }
  assert.equal(countDates(days, civilDate(2026, 1, 1), civilDate(2027, 1, 1)), 250)
  assert.equal(days.shift(civilDate(2026, 7, 2), 1), civilDate(2026, 7, 6))
})
