import {
  type CivilDate,
  civilDate,
  type Daytime,
  formatDate,
  MONTH_NAMES,
  WEEKDAY_NAMES,
  weekdayOf,
  yearMonthDay,
} from '../time/index.ts'
import { fail } from './fault.ts'
import { weekOf } from './week.ts'

/** What a pattern can speak of: a date, a daytime, or both with the offset of a zone. */
export interface Moment {
  readonly date?: CivilDate
  readonly daytime?: Daytime
  readonly offset?: { readonly sign: string; readonly hours: number; readonly minutes: number }
}

/**
 * A date, daytime or time by a pattern as of `strftime`, with `%D` for the whole date. `%.3S` has a fraction; `^`, `_` and `~` before a
 * letter ask for capitals, small letters and short names. Names are English. Fails for what the moment does not have.
 */
export function strftime(moment: Moment, pattern: string): string {
  return pattern.replace(
    /%(?:0?2?\.([0-9]))?([~^_]*)([^])?/g,
    (whole: string, digits: string | undefined, flags: string, code: string | undefined) => {
      if (digits !== undefined && code !== 'S') return unknown(whole)
      const text =
        code === '%'
          ? '%'
          : (dateCode(moment, code, flags) ?? clockCode(moment, code, Number(digits ?? 0)) ?? offsetCode(moment, code))
      if (text === null) return unknown(whole)
      return flags.includes('^') ? text.toUpperCase() : flags.includes('_') ? text.toLowerCase() : text
    },
  )
}

function dateCode({ date }: Moment, code: string | undefined, flags: string): string | null {
  if (date === undefined) return null
  const { year, month, day } = yearMonthDay(date)
  const weekday = weekdayOf(date)
  const short = (name: string): string => (flags.includes('~') ? name.slice(0, 3) : name)
  switch (code) {
    case 'Y':
      return padded(year, 4)
    case 'y':
      return padded(year % 100, 2)
    case 'm':
      return padded(month, 2)
    case 'd':
      return padded(day, 2)
    case 'j':
      return padded(date - civilDate(year, 1, 1) + 1, 3)
    case 'A':
      return short(WEEKDAY_NAMES[weekday])
    case 'a':
      return WEEKDAY_NAMES[weekday].slice(0, 3)
    case 'B':
      return short(MONTH_NAMES[month - 1] ?? '')
    case 'b':
      return (MONTH_NAMES[month - 1] ?? '').slice(0, 3)
    case 'D':
      return formatDate(date)
    case 'G':
      return padded(weekOf(date).year, 4)
    case 'g':
      return padded(weekOf(date).year % 100, 2)
    case 'V':
      return padded(weekOf(date).week, 2)
    case 'w':
      return String((weekday + 1) % 7)
    case 'u':
      return String(weekday + 1)
    default:
      return null
  }
}

function clockCode({ daytime }: Moment, code: string | undefined, digits: number): string | null {
  if (daytime === undefined) return null
  const seconds = Math.floor(daytime / 1_000)
  const hour = Math.floor(seconds / 3_600)
  // Cut, not rounded: a fraction must not carry into the seconds.
  const micros = padded(Math.min(Math.round((daytime - seconds * 1_000) * 1_000), 999_999), 6)
  switch (code) {
    case 'H':
      return padded(hour, 2)
    case 'I':
      return padded(hour % 12 === 0 ? 12 : hour % 12, 2)
    case 'M':
      return padded(Math.floor(seconds / 60) % 60, 2)
    case 'S':
      return `${padded(seconds % 60, 2)}${digits === 0 ? '' : `.${micros.padEnd(9, '0').slice(0, digits)}`}`
    case 'f':
      return micros
    case 'p':
      return hour < 12 ? 'AM' : 'PM'
    default:
      return null
  }
}

function offsetCode({ offset }: Moment, code: string | undefined): string | null {
  if (offset === undefined) return null
  const [hours, minutes] = [padded(offset.hours, 2), padded(offset.minutes, 2)]
  if (code === 'z') return `${offset.sign}${hours}${minutes}`
  return code === 'E' ? `${offset.sign}${hours}:${minutes}` : null
}

function unknown(code: string): never {
  return fail(`unknown in this format: ${code}`)
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}
