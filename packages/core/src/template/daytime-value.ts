import { pythonNumber } from '../document/index.ts'
import { DAY, type Daytime, formatDaytime, HOUR, MINUTE, parseDaytime, toMicrosecond } from '../time/index.ts'
import { fail } from './fault.ts'
import { numeric, smallInt } from './number.ts'
import { isNumber, objectIn } from './object-in.ts'
import { strftime } from './strftime.ts'
import { CallableValue, type ObjectType, ObjectValue, TupleValue, typeName, type Value } from './value.ts'

const DAYTIME: ObjectType<Daytime> = {
  name: 'Daytime',
  str: formatDaytime,
  repr(daytime) {
    const { hour, minute, second } = clock(daytime)
    return `Daytime(${hour}, ${minute}, ${pythonNumber(second, true)})`
  },
  attribute: daytimeAttribute,
  operate(operator, daytime, other, reflected) {
    const seconds = numeric(other)
    if (seconds === undefined) return undefined
    if (operator === '+') return shifted(daytime, Number(seconds))
    return operator === '-' && !reflected ? shifted(daytime, -Number(seconds)) : undefined
  },
  compare(daytime, other) {
    const second = daytimeIn(other)
    return second === undefined ? undefined : daytime - second
  },
  format: (daytime, spec) => (spec === '' ? formatDaytime(daytime) : strftime({ daytime }, spec)),
}

/** The daytime in a value that is one. */
export const daytimeIn: (value: Value) => Daytime | undefined = objectIn(DAYTIME, isNumber)

/** `Daytime('09:30:00')`, `Daytime(9, 30)`, `Daytime(9, 30, 15.5)`, seconds since midnight, or a daytime as it is. */
export const DAYTIME_FUNCTION: CallableValue = new CallableValue('Daytime', ({ positional, named }) => {
  const [first, minute, second = 0n] = positional
  if (named.size > 0 || first === undefined || positional.length > 3) {
    return fail('Daytime takes a daytime, or hour, minute and second')
  }
  return daytimeValue(minute === undefined ? toDaytime(first) : daytimeOfParts(first, minute, second))
})

/** A daytime out of whatever stands for one: a daytime, a text, seconds since midnight. Fails for anything else. */
export function toDaytime(value: Value): Daytime {
  const known = daytimeIn(value)
  if (known !== undefined) return known
  const seconds = numeric(value)
  if (typeof value !== 'string' && seconds === undefined) return fail(`can't convert to a daytime: ${typeName(value)}`)
  const parsed = parseDaytime(typeof value === 'string' ? value : Number(seconds))
  return parsed.ok ? parsed.value : fail(parsed.message)
}

/** A daytime as templates see it. */
export function daytimeValue(daytime: Daytime): Value {
  return new ObjectValue(DAYTIME, daytime)
}

/** What `daytime.name` is. */
export function daytimeAttribute(daytime: Daytime, name: string): Value | undefined {
  const { hour, minute, second } = clock(daytime)
  switch (name) {
    case 'hour':
      return BigInt(hour)
    case 'minute':
      return BigInt(minute)
    case 'second':
      return second
    case 'ssm':
      return daytime / 1_000
    case 'hms':
      return new TupleValue([BigInt(hour), BigInt(minute), second])
    default:
      return undefined
  }
}

/** The daytime of an hour, minute and second, which may have a fraction. Fails where clocks show no such. */
export function daytimeOfParts(hour: Value, minute: Value, second: Value): Daytime {
  const [h, m, s] = [smallInt(hour, 'an hour'), smallInt(minute, 'a minute'), numeric(second)]
  if (s === undefined) return fail('a second must be a number')
  const valid = h >= 0 && h < 24 && m >= 0 && m < 60 && s >= 0 && s < 60
  const daytime = toMicrosecond(h * HOUR + m * MINUTE + Number(s) * 1_000)
  return valid && daytime < DAY ? daytime : fail('no such daytime')
}

/** Hour, minute and second, with its fraction, of a daytime. */
export function clock(daytime: Daytime): { readonly hour: number; readonly minute: number; readonly second: number } {
  const minutes = Math.floor(daytime / MINUTE)
  return { hour: Math.floor(minutes / 60), minute: minutes % 60, second: (daytime - minutes * MINUTE) / 1_000 }
}

// As in the existing system, a clock goes on after midnight.
function shifted(daytime: Daytime, seconds: number): Value {
  const sum = (daytime + seconds * 1_000) % DAY
  const result = toMicrosecond(sum < 0 ? sum + DAY : sum)
  if (Number.isNaN(result)) return fail('a daytime cannot be shifted by this number of seconds')
  return daytimeValue(result >= DAY ? 0 : result)
}
