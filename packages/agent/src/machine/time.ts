import { SECOND } from './now.ts'

const DAY = 86_400n

/**
 * RFC 3339 in UTC with the offset spelled `+00:00` and 0, 3, 6 or 9 digits of the second, whichever is the fewest that lose nothing, as
 * existing agents write times (spec/procstar.md 3.2). `wall`: nanoseconds since 1970, from 0.
 */
export function rfc3339(wall: bigint): string {
  const seconds = wall / SECOND
  const { year, month, day } = civil(Number(seconds / DAY))
  const ofDay = Number(seconds % DAY)
  const time = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60].map(two).join(':')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}${fraction(wall % SECOND)}+00:00`
}

/** Nanoseconds as seconds. */
export function seconds(ns: bigint): number {
  return Number(ns) / 1e9
}

function fraction(ns: bigint): string {
  if (ns === 0n) return ''
  const digits = String(ns).padStart(9, '0')
  if (digits.endsWith('000000')) return `.${digits.slice(0, 3)}`
  return digits.endsWith('000') ? `.${digits.slice(0, 6)}` : `.${digits}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

// Days since 1970 to a date of the Gregorian calendar, by eras of 400 years that begin in March, so that a leap day is an era's last.
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  }
}
