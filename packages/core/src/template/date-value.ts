import {
  type CivilDate,
  civilDate,
  dateOf,
  FIRST_DATE,
  formatDate,
  LAST_DATE,
  parseDate,
  weekdayOf,
  yearMonthDay,
} from '../time/index.ts'
import { monthName, monthValue, weekdayValue } from './enumeral.ts'
import { fail } from './fault.ts'
import { numeric, smallInt } from './number.ts'
import { isNumber, objectIn } from './object-in.ts'
import { strftime } from './strftime.ts'
import { weekOf } from './week.ts'
import { CallableValue, type ObjectType, ObjectValue, TupleValue, typeName, type Value } from './value.ts'

const DATE: ObjectType<CivilDate> = {
  name: 'Date',
  str: formatDate,
  repr(date) {
    const { year, month, day } = yearMonthDay(date)
    return `Date(${year}, ${monthName(month)}, ${day})`
  },
  attribute: dateAttribute,
  operate(operator, date, other, reflected) {
    const days = numeric(other)
    if (typeof days === 'bigint') {
      if (operator === '+') return dateValue(date + smallInt(days, 'a number of days'))
      if (operator === '-' && !reflected) return dateValue(date - smallInt(days, 'a number of days'))
    }
    const second = dateIn(other)
    return operator === '-' && second !== undefined && !reflected ? BigInt(date - second) : undefined
  },
  compare(date, other) {
    const second = dateIn(other)
    return second === undefined ? undefined : date - second
  },
  format: (date, spec) => (spec === '' ? formatDate(date) : strftime({ date }, spec)),
}

/** The date in a value that is one. */
export const dateIn: (value: Value) => CivilDate | undefined = objectIn(DATE, isNumber)

/** `Date('2026-01-31')`, `Date(2026, 1, 31)`, `Date(20260131)`, a tuple of those numbers, or a date as it is. */
export const DATE_FUNCTION: CallableValue = new CallableValue('Date', ({ positional, named }) => {
  const [first, month, day] = positional
  if (named.size > 0 || first === undefined || positional.length === 2 || positional.length > 3) {
    return fail('Date takes a date, or year, month and day')
  }
  return dateValue(month === undefined || day === undefined ? toDate(first) : dateOfParts(first, month, day))
})

/** A date out of whatever stands for one: a date, a text, `20260131`, a year, month and day. Fails for anything else. */
export function toDate(value: Value): CivilDate {
  const known = dateIn(value)
  if (known !== undefined) return known
  if (typeof value === 'string') {
    const parsed = parseDate(value)
    return parsed.ok ? parsed.value : fail(parsed.message)
  }
  if (typeof value === 'bigint' && value >= 1_01_01n && value <= 9999_12_31n) {
    const digits = Number(value)
    return (
      dateOf(Math.floor(digits / 10_000), Math.floor(digits / 100) % 100, digits % 100) ??
      fail(`can't convert to a date: ${value}: no such date`)
    )
  }
  if (value !== null && typeof value === 'object' && (value.kind === 'tuple' || value.kind === 'list')) {
    const [year, month, day, ...rest] = value.items
    if (year !== undefined && month !== undefined && day !== undefined && rest.length === 0) {
      return dateOfParts(year, month, day)
    }
  }
  return fail(`can't convert to a date: ${typeName(value)}`)
}

/** A date as templates see it; the years are 1 to 9999. */
export function dateValue(date: CivilDate): Value {
  return date >= FIRST_DATE && date <= LAST_DATE
    ? new ObjectValue(DATE, date)
    : fail('a date is outside the years 1 to 9999')
}

/** What `date.name` is: the parts of a date. */
export function dateAttribute(date: CivilDate, name: string): Value | undefined {
  const { year, month, day } = yearMonthDay(date)
  switch (name) {
    case 'year':
      return BigInt(year)
    case 'month':
      return monthValue(month)
    case 'day':
      return BigInt(day)
    case 'weekday':
      return weekdayValue(weekdayOf(date))
    case 'ordinal':
      return BigInt(date - civilDate(year, 1, 1) + 1)
    case 'week':
      return BigInt(weekOf(date).week)
    case 'week_year':
      return BigInt(weekOf(date).year)
    case 'ymdi':
      return BigInt(year * 10_000 + month * 100 + day)
    case 'ymd':
      return new TupleValue([BigInt(year), monthValue(month), BigInt(day)])
    default:
      return undefined
  }
}

function dateOfParts(year: Value, month: Value, day: Value): CivilDate {
  return dateOf(smallInt(year, 'a year'), smallInt(month, 'a month'), smallInt(day, 'a day')) ?? fail('no such date')
}
