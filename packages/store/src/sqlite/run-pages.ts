import type { RunOrder } from '../port/index.ts'
import { isByDue, type PagePlace, type SqlValue, TIME_COLUMNS } from '../row/index.ts'
import { dueBounds, dueRanges } from './due-range.ts'
import type { FilterValues } from './protocol.ts'
import { type Clause, isFewWithin, type Probe, type Source, sourcesOf, type Walk } from './run-filter.ts'
import type { Row, Statements } from './statements.ts'

/** Columns of a `RunRow`. What a run is bound to shows its number where the text is missing, so that the damage is seen. */
const COLUMNS: string = [
  'r.num, j.name, r.args, r.labels, r.origin, r.version, r.state',
  ...TIME_COLUMNS.map((column) => `r.${column}`),
  'coalesce(b.json, r.bound)',
  'r.detail',
].join(', ')

const JOINS = 'LEFT JOIN job_names j ON j.id = r.job LEFT JOIN bounds b ON b.id = r.bound'

/** Rows of the runs that are `r` in `rest`, which may go on with conditions, order and limit. */
export function runRows(read: Statements, rest: string, ...values: readonly SqlValue[]): readonly Row[] {
  return read.rows(`SELECT ${COLUMNS} FROM runs r ${JOINS} ${rest}`, ...values)
}

/** At most `limit` runs that match, in order, after the place `start`. */
export function runPage(
  read: Statements,
  filter: FilterValues,
  order: RunOrder,
  start: PagePlace | null,
  limit: number,
): readonly Row[] {
  const { sql, values } = pageQuery(read, filter, order, start, limit)
  return sql === '' ? [] : read.rows(sql, ...values)
}

/** The question for `runPage`; empty where nothing can match. */
export function pageQuery(
  read: Statements,
  filter: FilterValues,
  order: RunOrder,
  start: PagePlace | null,
  limit: number,
): Clause {
  const direction = order === 'newest' || order === 'latest' ? 'DESC' : 'ASC'
  const columns = isByDue(order) ? ['t_schedule', 'num'] : ['num']
  const sorted = (prefix: string): string => columns.map((column) => `${prefix}${column} ${direction}`).join(', ')
  const ranges = isByDue(order) ? dueRanges(filter, order === 'latest', start) : [numberRange(filter, order, start)]
  // A part for each source and range: a row goes through one index without a sort, and parts have no run in common.
  const parts = sources(read, filter, isByDue(order) ? 'due' : 'number').flatMap((source) =>
    ranges.map((range) => selection(columns, source, range, `ORDER BY ${sorted('')} LIMIT ?`, limit)),
  )
  if (parts.length === 0) return { sql: '', values: [] }
  const union = parts.map((part) => `SELECT * FROM (${part.sql})`).join(' UNION ALL ')
  const page = `WITH page AS MATERIALIZED (SELECT num FROM (${union}) ORDER BY ${sorted('')} LIMIT ?)`
  const sql = `${page} SELECT ${COLUMNS} FROM page CROSS JOIN runs r ON r.num = page.num ${JOINS} ORDER BY ${sorted('r.')}`
  return { sql, values: [...parts.flatMap((part) => part.values), limit] }
}

/** Number of runs that match, counting at most `limit`. */
export function runCount(read: Statements, filter: FilterValues, limit: number): number {
  const bounds = dueBounds(filter)
  let sum = 0
  for (const source of sources(read, filter, bounds.length === 0 ? 'number' : 'due')) {
    if (sum >= limit) break
    const part = selection(['num'], source, bounds, 'LIMIT ?', limit - sum)
    sum += read.number(`SELECT count(*) FROM (${part.sql})`, ...part.values)
  }
  return sum
}

function sources(read: Statements, filter: FilterValues, walk: Walk): readonly Source[] {
  const job = filter.job === null ? null : read.row('SELECT id FROM job_names WHERE name = ?', filter.job)
  const number = job === null ? null : Number(job[0])
  const probe: Probe = (from, clauses, most) => {
    const part = selection(['1'], { from, clauses }, [], 'LIMIT ?', most)
    return read.number(`SELECT count(*) FROM (${part.sql})`, ...part.values)
  }
  const bounds = dueBounds(filter)
  if (walk === 'number' && bounds.length > 0) {
    const within = sourcesOf(filter, number, 'due', probe)
    if (isFewWithin(within, bounds, probe)) return within
  }
  return sourcesOf(filter, number, walk, probe)
}

function numberRange(filter: FilterValues, order: RunOrder, start: PagePlace | null): readonly Clause[] {
  const beyond = { sql: order === 'newest' ? 'num < ?' : 'num > ?', values: start === null ? [] : [start.number] }
  return [...dueBounds(filter), ...(start === null ? [] : [beyond])]
}

function selection(
  columns: readonly string[],
  { from, clauses }: Source,
  more: readonly Clause[],
  end: string,
  limit: number,
): Clause {
  const all = [...clauses, ...more]
  const where = all.length === 0 ? '' : `WHERE ${all.map(({ sql }) => sql).join(' AND ')}`
  const values = [...all.flatMap((one) => one.values), limit]
  return { sql: `SELECT ${columns.join(', ')} FROM ${from} ${where} ${end}`, values }
}
