import type { SqlValue } from '../row/index.ts'
import type { DueValues } from './protocol.ts'
import type { Row, Statements } from './statements.ts'

/** Runs of one job and state that are looked at in one go: some milliseconds. */
const LOOKED = 2_000

/** Some of the runs that are due, and after which to go on; null at the end. */
export interface DueRows {
  /** Number, version and last change. */
  readonly rows: readonly Row[]
  readonly next: number | null
}

/** The first runs that are due, at most `limit`; of one job fewer, and where to go on, after some that were looked at. */
export function dueRuns(read: Statements, selection: DueValues, limit: number): DueRows {
  const { job } = selection
  if (job === null) return { rows: ofAll(read, selection, limit), next: null }
  const number = read.row('SELECT id FROM job_names WHERE name = ?', job)?.[0]
  return typeof number === 'number' ? ofJob(read, number, selection, limit) : { rows: [], next: null }
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

function ofJob(read: Statements, job: number, { states, before, keep, after }: DueValues, limit: number): DueRows {
  const last = keep === null ? null : lastBeyond(read, job, states, keep)
  if (before === null && last === null) return { rows: [], next: null }
  const slices = states.map((state) =>
    read.rows(
      `SELECT num, version, changed, t_new FROM runs INDEXED BY runs_job
        WHERE job = ? AND outcome = ? AND num > ? ORDER BY num LIMIT ?`,
      job,
      state,
      after,
      LOOKED,
    ),
  )
  // Up to here, all states were looked at.
  const ends = slices.filter((rows) => rows.length === LOOKED).map((rows) => Number(rows.at(-1)?.[0]))
  const end = ends.length === 0 ? null : Math.min(...ends)
  const looked = slices.flat().filter(([num]) => end === null || Number(num) <= end)
  const rows = looked
    .filter(([num, , changed]) => Number(num) <= (last ?? -1) || Number(changed) < (before ?? -Infinity))
    .sort((left, right) => Number(left[0]) - Number(right[0]))
    .slice(0, limit)
  // Numbers follow creation, nearly: the clock may have been stepped. What is created later cannot have changed before.
  const beyond = looked.every(
    ([num, , , created]) =>
      Number(num) > (last ?? -1) && typeof created === 'number' && created >= (before ?? -Infinity),
  )
  return { rows, next: beyond ? null : end }
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
