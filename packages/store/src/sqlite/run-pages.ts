import type { RunOrder } from '../port/index.ts'
import { isByDue, type PagePlace, type SqlValue, TIME_COLUMNS } from '../row/index.ts'
import { dueBounds, dueRanges } from './due-range.ts'
import type { FilterValues } from './protocol.ts'
import { jobsOf } from './jobs-of.ts'
import { type Clause, isFewWithin, type Probe, type Source, sourcesOf, type Walk } from './run-filter.ts'
import type { Row, Statements } from './statements.ts'
import { MARK, type Watch } from './watch.ts'

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

/** Places on the way, of some 128 runs each, before which a search does not stop. */
const MARKS_LEAST = 8

/** Runs of a page, and where the next one begins. */
export interface FoundPage {
  readonly rows: readonly Row[]
  /** After which the next page begins; null at the end. */
  readonly next: PagePlace | null
}

/**
 * At most `limit` runs that match, in order, after the place `start`. Where few match, the search stops when it took long enough:
 * then there are fewer, and `next` is how far it came, which is beyond `start`.
 */
export function runPage(
  read: Statements,
  watch: Watch,
  filter: FilterValues,
  order: RunOrder,
  start: PagePlace | null,
  limit: number,
): FoundPage {
  const { sql, values } = pageQuery(read, filter, order, start)
  if (sql === '') return { rows: [], next: null }
  const { found, next } = search(read.each(sql, ...values), watch, limit)
  const sorted = sortedBy(order, 'r.')
  const rest = `WHERE r.num IN (SELECT value FROM json_each(?)) ORDER BY ${sorted}`
  return { rows: found.length === 0 ? [] : runRows(read, rest, JSON.stringify(found)), next }
}

function search(
  rows: Iterable<Row>,
  watch: Watch,
  limit: number,
): { readonly found: readonly number[]; readonly next: PagePlace | null } {
  const found: number[] = []
  const from = performance.now()
  let marks = 0
  let last: PagePlace | null = null
  for (const [number, due, hit] of rows) {
    const place = { number: Number(number), due: due === null ? null : Number(due) }
    watch.check()
    if (hit === 1) {
      // One more than asked for: whether there is a next page.
      if (found.length === limit) return { found, next: last }
      found.push(place.number)
      last = place
    } else if (++marks >= MARKS_LEAST && watch.isEnough(from)) {
      // A page of runs that match is never cut, however slow the machine is, nor a search that has hardly begun.
      return { found, next: place }
    }
  }
  return { found, next: null }
}

/**
 * The question for `runPage`: number, schedule time, and whether it matches, of each run that does, and of some others on the way;
 * empty where nothing can match.
 */
export function pageQuery(read: Statements, filter: FilterValues, order: RunOrder, start: PagePlace | null): Clause {
  const byDue = isByDue(order)
  const ranges = byDue ? dueRanges(filter, order === 'latest', start) : [numberRange(order, start)]
  // A part for each source and range: a row goes through one index without a sort, and parts have no run in common. SQLite merges
  // them as they are read.
  const parts = sources(read, filter, byDue ? 'due' : 'number').flatMap((source) =>
    ranges.map((range) => part(byDue ? 't_schedule' : 'NULL', source, range)),
  )
  if (parts.length === 0) return { sql: '', values: [] }
  const union = parts.map(({ sql }) => sql).join(' UNION ALL ')
  return { sql: `${union} ORDER BY ${sortedBy(order, '')}`, values: parts.flatMap(({ values }) => values) }
}

function sortedBy(order: RunOrder, prefix: '' | 'r.'): string {
  const direction = order === 'newest' || order === 'latest' ? 'DESC' : 'ASC'
  const due = prefix === '' ? 'due' : 'r.t_schedule'
  return `${isByDue(order) ? `${due} ${direction}, ` : ''}${prefix}num ${direction}`
}

function part(due: string, { from, keys, rest }: Source, range: readonly Clause[]): Clause {
  const found = [...keys, ...range]
  const hit = joined(rest)
  const where = [...found.map(({ sql }) => sql), ...(rest.length === 0 ? [] : [`(${hit.sql} OR ${MARK})`])]
  const values = found.flatMap((one) => one.values)
  return {
    sql: `SELECT num, ${due} AS due, ${hit.sql} AS hit FROM ${from}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}`,
    values: [...hit.values, ...values, ...hit.values],
  }
}

/** Number of runs that match, counting at most `limit`. */
export function runCount(read: Statements, filter: FilterValues, limit: number): number {
  const bounds = dueBounds(filter)
  let sum = 0
  for (const source of sources(read, filter, bounds.length === 0 ? 'number' : 'due')) {
    if (sum >= limit) break
    sum += counted(read, source.from, [...source.keys, ...bounds], source.rest, limit - sum)
  }
  return sum
}

function counted(
  read: Statements,
  from: string,
  keys: readonly Clause[],
  rest: readonly Clause[],
  most: number,
): number {
  const hit = joined(rest)
  // One condition, so that it is asked first whether to go on.
  const where = [...keys.map(({ sql }) => sql), `CASE WHEN ${MARK} AND NOT alive() THEN 0 ELSE ${hit.sql} END`]
  const sql = `SELECT count(*) FROM (SELECT 1 FROM ${from} WHERE ${where.join(' AND ')} LIMIT ?)`
  return read.number(sql, ...keys.flatMap(({ values }) => values), ...hit.values, most)
}

function sources(read: Statements, filter: FilterValues, walk: Walk): readonly Source[] {
  const jobs = jobsOf(read, filter)
  const probe: Probe = (from, keys, most) => counted(read, from, keys, [], most)
  const bounds = dueBounds(filter)
  if (walk === 'due' || bounds.length === 0) return sourcesOf(filter, jobs, walk, probe)
  const within = sourcesOf(filter, jobs, 'due', probe)
  if (isFewWithin(within, bounds, probe)) {
    return within.map((source) => ({ ...source, keys: [...source.keys, ...bounds] }))
  }
  return sourcesOf(filter, jobs, walk, probe).map((source) => ({ ...source, rest: [...bounds, ...source.rest] }))
}

function numberRange(order: RunOrder, start: PagePlace | null): readonly Clause[] {
  return start === null ? [] : [{ sql: order === 'newest' ? 'num < ?' : 'num > ?', values: [start.number] }]
}

/** All of them, as one expression that is 0 or 1. */
function joined(clauses: readonly Clause[]): Clause {
  if (clauses.length === 0) return { sql: '1', values: [] }
  const sql = clauses.map((one) => `coalesce(${one.sql}, 0)`).join(' AND ')
  return { sql: `(${sql})`, values: clauses.flatMap(({ values }) => values) }
}
