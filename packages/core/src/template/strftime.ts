import { civilDate, type Weekday, type YearMonthDay } from '../time/index.ts'
import { fail } from './fault.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** A date by a pattern as of `strftime`: `%Y %y %m %d %j %a %A %b %B %D %~ ...`; English names. Fails for what a date does not have. */
export function strftime(date: YearMonthDay & { readonly weekday: Weekday }, pattern: string): string {
  const { year, month, day, weekday } = date
  return pattern.replace(/%([^])?/g, (_whole, code: string | undefined) => {
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
        return padded(civilDate(year, month, day) - civilDate(year, 1, 1) + 1, 3)
      case 'A':
        return WEEKDAYS[weekday]
      case 'a':
        return WEEKDAYS[weekday].slice(0, 3)
      case 'B':
        return MONTHS[month - 1] ?? ''
      case 'b':
        return (MONTHS[month - 1] ?? '').slice(0, 3)
      case 'D':
        return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
      case 'w':
        return String((weekday + 1) % 7)
      case 'u':
        return String(weekday + 1)
      case '%':
        return '%'
      default:
        return fail(`unknown in the format of a date: %${code ?? ''}`)
    }
  })
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}
