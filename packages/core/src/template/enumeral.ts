import { type ObjectType, ObjectValue, type Value } from './value.ts'

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** A number with a name, as Python's `IntEnum` that prints its name: `{{ d.month }}` is `Mar`, `{{ d.month + 0 }}` is `3`. */
function enumeral(name: string, names: readonly string[], first: number): ObjectType<number> {
  const nameOf = (value: number): string => names[value - first] ?? String(value)
  return {
    name,
    str: nameOf,
    repr: (value) => `${name}.${nameOf(value)}`,
    number: (value) => BigInt(value),
    attribute(value, attribute) {
      if (attribute === 'name') return nameOf(value)
      return attribute === 'value' ? BigInt(value) : undefined
    },
  }
}

const WEEKDAY = enumeral('Weekday', WEEKDAYS, 0)
const MONTH = enumeral('Month', MONTHS, 1)

/** A weekday, 0 for Monday to 6. */
export function weekdayValue(weekday: number): Value {
  return new ObjectValue(WEEKDAY, weekday)
}

/** A month, 1 to 12. */
export function monthValue(month: number): Value {
  return new ObjectValue(MONTH, month)
}

/** The name of a month of 1 to 12, in three letters. */
export function monthName(month: number): string {
  return MONTHS[month - 1] ?? ''
}
