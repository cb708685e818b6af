import type { DueInstants, SqlValue } from '../row/index.ts'
import type { InstantKey } from './protocol.ts'
import type { Statements } from './statements.ts'

/** Through an index that has nothing but decided instants without a run. */
const ALONE = 'instants i INDEXED BY instants_alone WHERE i.run IS NULL AND i.verdict IS NOT NULL'
const OF = 'i.job = ? AND i.verdict = ?'

/** The first decided instants without a run that are due to go, at most `limit`, those decided first of each job and verdict first. */
export function dueInstants(read: Statements, selection: DueInstants, limit: number): readonly InstantKey[] {
  const { job, verdicts, before, keep, settled } = selection
  const jobs =
    job === null
      ? read.rows('SELECT id FROM job_names ORDER BY id')
      : read.rows('SELECT id FROM job_names WHERE name = ?', job)
  const found: InstantKey[] = []
  for (const [id] of jobs) {
    for (const verdict of verdicts) {
      const of = [Number(id), verdict]
      const bound = bounds(before, keep === null ? null : lastBeyond(read, of, keep))
      if (bound === null) continue
      const sql = `SELECT i.job, i.due, i.key FROM ${ALONE} AND ${OF} AND i.due < ? AND ${bound.sql} ORDER BY i.decided LIMIT ?`
      const rows = read.rows(sql, ...of, settled, ...bound.values, limit - found.length)
      for (const [number, due, key] of rows) found.push([Number(number), Number(due), String(key)])
      if (found.length >= limit) return found
    }
  }
  return found
}

/** When the newest that is not among those to keep was decided; null where there are no more than those. */
function lastBeyond(read: Statements, of: readonly SqlValue[], keep: number): number | null {
  const decided = read.row(
    `SELECT i.decided FROM ${ALONE} AND ${OF} ORDER BY i.decided DESC LIMIT 1 OFFSET ?`,
    ...of,
    keep,
  )
  return typeof decided?.[0] === 'number' ? decided[0] : null
}

/** One bound of the index: decided before a time, or up to that of the newest that need not stay. Null: none is due. */
function bounds(
  before: number | null,
  last: number | null,
): { readonly sql: string; readonly values: readonly number[] } | null {
  if (last !== null && (before === null || last >= before)) return { sql: 'i.decided <= ?', values: [last] }
  return before === null ? null : { sql: 'i.decided < ?', values: [before] }
}
