import { pythonNumber } from '../document/index.ts'
import {
  type CivilDate,
  DAY,
  type Daytime,
  END_OF_TIME,
  FIRST_INSTANT,
  formatInstant,
  type Instant,
  parseInstant,
  toMicrosecond,
  utc,
  yearMonthDay,
} from '../time/index.ts'
import { dateAttribute, dateValue, toDate } from './date-value.ts'
import { clock, daytimeAttribute, daytimeOfParts, daytimeValue, toDaytime } from './daytime-value.ts'
import { fail } from './fault.ts'
import { instantOfLocal } from './local-instant.ts'
import { numeric } from './number.ts'
import { isNumber, objectIn } from './object-in.ts'
import { strftimeAt } from './strftime-at.ts'
import { CallableValue, type ObjectType, ObjectValue, TupleValue, typeName, type Value } from './value.ts'
import { toZone } from './zone-value.ts'

const TIME: ObjectType<Instant> = {
  name: 'Time',
  str: formatInstant,
  repr(instant) {
    const { date, daytime } = utc(instant)
    const { year, month, day } = yearMonthDay(date)
    const { hour, minute, second } = clock(daytime)
    return `Time(${year}, ${month}, ${day}, ${hour}, ${minute}, ${pythonNumber(second, true)}, UTC)`
  },
  attribute(instant, name) {
    const { date, daytime } = utc(instant)
    if (name === 'date') return dateValue(date)
    if (name === 'daytime') return daytimeValue(daytime)
    return dateAttribute(date, name) ?? daytimeAttribute(daytime, name)
  },
  operate(operator, instant, other, reflected) {
    const seconds = numeric(other)
    if (seconds !== undefined && operator === '+') return timeValue(instant + Number(seconds) * 1_000)
    if (operator !== '-' || reflected) return undefined
    if (seconds !== undefined) return timeValue(instant - Number(seconds) * 1_000)
    const second = timeIn(other)
    return second === undefined ? undefined : toMicrosecond(instant - second) / 1_000
  },
  compare(instant, other) {
    const second = timeIn(other)
    return second === undefined ? undefined : instant - second
  },
  format: (instant, spec) => (spec === '' ? formatInstant(instant) : strftimeAt(instant, spec)),
}

/** The instant in a value that is one. */
export const timeIn: (value: Value) => Instant | undefined = objectIn(TIME, isNumber)

/**
 * `Time('2026-01-31T09:00:00Z')`, a time as it is, a date, daytime and time zone, or year, month, day, hour, minute, second and time
 * zone.
 */
export const TIME_FUNCTION: CallableValue = new CallableValue('Time', ({ positional, named }) => {
  const [first, second, third, hour, minute, seconds, zone] = positional
  if (named.size === 0 && first !== undefined) {
    if (positional.length === 1) return timeValue(toTime(first))
    if (positional.length === 3 && second !== undefined && third !== undefined) {
      return localTime(toDate(first), toDaytime(second), third)
    }
    const parts = new TupleValue(positional.slice(0, 3))
    if (positional.length === 7 && hour !== undefined && minute !== undefined && zone !== undefined) {
      return localTime(toDate(parts), daytimeOfParts(hour, minute, seconds ?? null), zone)
    }
  }
  return fail(
    'Time takes a time; a date, daytime and time zone; or year, month, day, hour, minute, second and time zone',
  )
})

/** A time out of one, or out of its text. Fails for anything else. */
export function toTime(value: Value): Instant {
  const known = timeIn(value)
  if (known !== undefined) return known
  if (typeof value !== 'string') return fail(`can't convert to a time: ${typeName(value)}`)
  const parsed = parseInstant(value)
  return parsed.ok ? parsed.value : fail(parsed.message)
}

/** A time as templates see it, to the microsecond; the years are 1 to 9999. */
export function timeValue(instant: Instant): Value {
  const time = toMicrosecond(instant)
  return time >= FIRST_INSTANT && time < END_OF_TIME
    ? new ObjectValue(TIME, time)
    : fail('a time is outside the years 1 to 9999')
}

function localTime(date: CivilDate, daytime: Daytime, zone: Value): Value {
  return timeValue(instantOfLocal(date * DAY + daytime, toZone(zone), true))
}
