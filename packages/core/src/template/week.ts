import { type CivilDate, civilDate, weekdayOf, yearMonthDay } from '../time/index.ts'

/** The week of a date after ISO 8601: its number from 1, and the year it belongs to, which is that of its Thursday. */
export function weekOf(date: CivilDate): { readonly year: number; readonly week: number } {
  const thursday = date - weekdayOf(date) + 3
  const { year } = yearMonthDay(thursday)
  return { year, week: Math.floor((thursday - civilDate(year, 1, 1)) / 7) + 1 }
}
