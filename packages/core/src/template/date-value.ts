import { type CivilDate, dateOf, formatDate, parseDate, weekdayOf, yearMonthDay } from '../time/index.ts'
import { fail } from './fault.ts'
import { numeric, smallInt } from './number.ts'
import { strftime } from './strftime.ts'
import { CallableValue, type ObjectType, ObjectValue, typeName, type Value } from './value.ts'

const DATE: ObjectType<CivilDate> = {
  name: 'Date',
  str: formatDate,
  repr(date) {
    const { year, month, day } = yearMonthDay(date)
    return `Date(${year}, ${month}, ${day})`
  },
  attribute(date, name) {
    const { year, month, day } = yearMonthDay(date)
    switch (name) {
      case 'year':
        return BigInt(year)
      case 'month':
        return BigInt(month)
      case 'day':
        return BigInt(day)
      default:
        return undefined
    }
  },
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
  format: (date, spec) =>
    spec === '' ? formatDate(date) : strftime({ ...yearMonthDay(date), weekday: weekdayOf(date) }, spec),
}

/** `Date('2026-01-31')`, `Date(2026, 1, 31)`, or a date as it is. */
export const DATE_FUNCTION: CallableValue = new CallableValue('Date', ({ positional }) => {
  const [first = null, month, day] = positional
  if (month !== undefined && day !== undefined) {
    const date = dateOf(smallInt(first, 'a year'), smallInt(month, 'a month'), smallInt(day, 'a day'))
    return date === null ? fail('no such date') : dateValue(date)
  }
  if (dateIn(first) !== undefined) return first
  if (typeof first !== 'string') return fail(`can't convert to a date: ${typeName(first)}`)
  const parsed = parseDate(first)
  return parsed.ok ? dateValue(parsed.value) : fail(parsed.message)
})

/** A date as templates see it; the years are 1 to 9999. */
export function dateValue(date: CivilDate): Value {
  const { year, month, day } = yearMonthDay(date)
  return dateOf(year, month, day) === null ? fail('a date is outside the years 1 to 9999') : new ObjectValue(DATE, date)
}

/** The date in a value that is one. */
export function dateIn(value: Value): CivilDate | undefined {
  const isDate = value !== null && typeof value === 'object' && value.kind === 'object' && value.type === DATE
  return isDate && typeof value.value === 'number' ? value.value : undefined
}
