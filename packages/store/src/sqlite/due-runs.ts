import type { SqlValue } from '../row/index.ts'
import type { DueValues } from './protocol.ts'
import type { Row, Statements } from './statements.ts'

/** Runs of one job and state that are looked at beside those asked for: by number they are nearly, but not quite, by last change. */
const LOOKED = 1_000

/** Number, version and last change of the runs that are due, at most `limit`. */
export function dueRuns(read: Statements, selections: readonly DueValues[], limit: number): readonly Row[] {
  const found: Row[] = []
  for (const selection of selections) {
    if (found.length >= limit) break
    const { job } = selection
    const left = limit - found.length
    if (job === null) found.push(...ofAll(read, selection, left))
    else {
      const number = read.row('SELECT id FROM job_names WHERE name = ?', job)?.[0]
      if (typeof number === 'number') found.push(...ofJob(read, number, selection, left))
    }
  }
  return found
}

function ofAll(read: Statements, { states, before }: DueValues, limit: number): readonly Row[] {
  if (before === null || states.length === 0) return []
  const marks = states.map(() => '?').join(', ')
  return read.rows(
    `SELECT num, version, changed FROM runs INDEXED BY runs_changed
      WHERE outcome IS NOT NULL AND changed < ? AND outcome IN (${marks}) ORDER BY changed, num LIMIT ?`,
    before,
    ...states,
    limit,
  )
}

function ofJob(read: Statements, job: number, { states, before, keep }: DueValues, limit: number): readonly Row[] {
  const last = keep === null ? null : lastBeyond(read, job, states, keep)
  if (before === null && last === null) return []
  const rows = states.flatMap((state) =>
    read.rows(
      `SELECT num, version, changed FROM (SELECT num, version, changed FROM runs INDEXED BY runs_job
        WHERE job = ? AND outcome = ? ORDER BY num LIMIT ?) WHERE changed < ? OR num <= ? ORDER BY num LIMIT ?`,
      job,
      state,
      limit + LOOKED,
      before ?? -Infinity,
      last ?? -1,
      limit,
    ),
  )
  return [...rows].sort((left, right) => Number(left[0]) - Number(right[0])).slice(0, limit)
}

/** The newest run that is not among the `keep` newest; null where there are no more than those. */
function lastBeyond(read: Statements, job: number, states: readonly number[], keep: number): number | null {
  if (states.length === 0) return null
  const newest = 'SELECT num FROM runs INDEXED BY runs_job WHERE job = ? AND outcome = ? ORDER BY num DESC LIMIT ?'
  const parts = states.map(() => `SELECT * FROM (${newest})`).join(' UNION ALL ')
  const values: readonly SqlValue[] = states.flatMap((state) => [job, state, keep + 1])
  const row = read.row(`SELECT num FROM (${parts}) ORDER BY num DESC LIMIT 1 OFFSET ?`, ...values, keep)
  return row === null ? null : Number(row[0])
}
