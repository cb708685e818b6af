import type { Difference } from './compare.ts'

/** At most so many differences of a report are told. */
const MAX_TOLD = 20

/** What came of comparing. */
export interface Report {
  /** One comparison is all instants of one schedule in one window, or all stop times of one stop schedule for a list of runs. */
  comparisons: number
  /** Of which the first are told. */
  different: number
  readonly told: Difference[]
}

export function emptyReport(): Report {
  return { comparisons: 0, different: 0, told: [] }
}

/** Counts a comparison. */
export function count(report: Report, difference: Difference | null): void {
  report.comparisons++
  if (difference === null) return
  report.different++
  if (report.told.length < MAX_TOLD) report.told.push(difference)
}

/** Adds one report to another. */
export function add(sum: Report, { comparisons, different, told }: Report): void {
  sum.comparisons += comparisons
  sum.different += different
  sum.told.push(...told.slice(0, MAX_TOLD - sum.told.length))
}
