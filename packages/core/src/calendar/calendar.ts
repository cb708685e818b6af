import type { CivilDate } from '../time/index.ts'

/** A set of dates. Immutable. */
export interface Calendar {
  /** As a job file names it: `all`, `Mon-Fri`, the name of a file. */
  readonly name: string
  /** As args and people see it: `all days` for `all`; else usually the name. */
  readonly label: string
  /** Canonical text of the file that defines the calendar, and of the files that it is made from; null for one that is built in. */
  readonly source: string | null
  /** The dates of which the calendar can say anything: [first, end). Outside of them it has no dates, and its answers are null. */
  readonly first: CivilDate
  readonly end: CivilDate
  contains(date: CivilDate): boolean
  /** The first date of the calendar on or after `date`; null where there is none. */
  onOrAfter(date: CivilDate): CivilDate | null
  /** The last date of the calendar on or before `date`; null where there is none. */
  onOrBefore(date: CivilDate): CivilDate | null
  /** The `n`th date of the calendar after `date` (before it, if negative; `date` itself for 0), which must be in it; null where there is none. */
  shift(date: CivilDate, n: number): CivilDate | null
}
