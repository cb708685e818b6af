import { STARTED } from '../row/index.ts'
import type { LedgerValues, Slices } from './protocol.ts'
import type { Clause } from './run-filter.ts'
import { slicesOf } from './slices.ts'
import type { Row, Statements } from './statements.ts'
import type { Watch } from './watch.ts'

const COLUMNS = 'j.name, i.due, i.key, i.args, i.run, i.verdict, i.reason, i.decided'

/** Of about one second in 128 all instants ask whether to go on: to ask for each would cost more than the search. */
const ALIVE = '((CAST(i.due / 1000 AS INTEGER) % 998353 * 1597334677 >> 22) & 127 <> 0 OR alive())'

/** Pieces that a span is counted in: between them it is seen whether to go on. */
const PIECES = 64

/**
 * A page of the ledger. Each verdict that is asked for is a part of the question, which goes through an index of its own in the order of the
 * page: what was skipped or missed, and what is undecided, is found at once among millions that started. SQLite merges the parts as they are read.
 */
export function ledgerPage(
  read: Pick<Statements, 'row' | 'each'>,
  watch: Pick<Watch, 'check'>,
  request: LedgerValues,
): Slices {
  const job = request.job === null ? null : read.row('SELECT id FROM job_names WHERE name = ?', request.job)?.[0]
  if (job === undefined) return []
  const rest = restOf(request)
  const parts = sourcesOf(request.verdicts, typeof job === 'number' ? job : null).map(({ sql, values }) => ({
    sql: `SELECT ${COLUMNS} FROM ${sql} AND ${rest.map((clause) => clause.sql).join(' AND ')}`,
    values: [...values, ...rest.flatMap((clause) => clause.values)],
  }))
  if (parts.length === 0) return []
  // By number, as the parts have no common names of columns: due, job, key.
  const sql = `${parts.map((part) => part.sql).join(' UNION ALL ')} ORDER BY 2, 1, 3 LIMIT ?`
  const rows: Row[] = []
  for (const row of read.each(sql, ...parts.flatMap(({ values }) => values), request.limit)) {
    watch.check()
    rows.push(row)
  }
  return slicesOf(rows)
}

/** Number of instants by verdict, in [from, to). */
export function instantCounts(read: Statements, watch: Watch, from: number, to: number): readonly Row[] {
  // Those that did not start are counted by themselves, so that the many that did need not be looked at one by one.
  const span = `i.due >= ? AND i.due < ? AND ${ALIVE}`
  const others = read.rows(
    `SELECT i.verdict, count(*) FROM instants i INDEXED BY instants_other WHERE i.verdict > ${STARTED} AND ${span} GROUP BY i.verdict`,
    from,
    to,
  )
  const pending = read.number(
    `SELECT count(*) FROM instants i INDEXED BY instants_pending WHERE i.verdict IS NULL AND ${span}`,
    from,
    to,
  )
  const all = countAll(read, watch, from, to)
  const started = all - pending - others.reduce((sum, [, count]) => sum + Number(count), 0)
  return [[STARTED, started], [null, pending], ...others]
}

// In pieces: counting goes at three times the speed where nothing else is asked of each instant.
function countAll(read: Statements, watch: Watch, from: number, to: number): number {
  const [first, last] = read.row('SELECT min(due), max(due) FROM instants WHERE due >= ? AND due < ?', from, to) ?? []
  if (typeof first !== 'number' || typeof last !== 'number') return 0
  let sum = 0
  for (let piece = 0; piece < PIECES; piece++) {
    const at = (index: number): number => first + ((last - first) * index) / PIECES
    const end = piece === PIECES - 1 ? to : at(piece + 1)
    const sql = 'SELECT count(*) FROM instants INDEXED BY instants_due WHERE due >= ? AND due < ?'
    sum += read.number(sql, at(piece), end)
    watch.check()
  }
  return sum
}

/** The index has nothing but instants without a verdict, so all of it can be looked through. */
export function undecided(read: Statements, before: number, limit: number): Slices {
  return slicesOf(
    read.rows(
      `SELECT ${COLUMNS}, r.state FROM instants i INDEXED BY instants_pending JOIN job_names j ON j.id = i.job
        LEFT JOIN runs r ON r.num = i.run WHERE i.verdict IS NULL AND i.due < ? ORDER BY i.due, j.name, i.key LIMIT ?`,
      before,
      limit,
    ),
  )
}

/** What each of these verdicts is found by; null: any. No two have an instant in common. */
function sourcesOf(verdicts: LedgerValues['verdicts'], job: number | null): readonly Clause[] {
  const from = (index: string, where: string, values: Clause['values']): Clause => ({
    sql: `instants i ${index === '' ? '' : `INDEXED BY ${index} `}CROSS JOIN job_names j ON j.id = i.job WHERE ${where}`,
    values,
  })
  if (verdicts === null) return [job === null ? from('instants_due', 'true', []) : from('', 'i.job = ?', [job])]
  return [...new Set(verdicts)].map((verdict) => {
    const ofJob = job === null ? '' : 'i.job = ? AND '
    const values = job === null ? [] : [job]
    if (verdict === null) return from('instants_pending', `${ofJob}i.verdict IS NULL`, values)
    if (verdict === STARTED) return from(job === null ? 'instants_due' : '', `${ofJob}i.verdict = ${STARTED}`, values)
    const index = job === null ? 'instants_other' : 'instants_other_job'
    // That it is above makes SQLite see that the index has it.
    return from(index, `${ofJob}i.verdict = ? AND i.verdict > ${STARTED}`, [...values, verdict])
  })
}

function restOf({ from, to, after, later }: LedgerValues): readonly Clause[] {
  return [
    { sql: 'i.due >= ?', values: [after === null ? from : Math.max(from, after[0])] },
    { sql: 'i.due < ?', values: [to] },
    ...(after === null ? [] : [{ sql: '(i.due, j.name, i.key) > (?, ?, ?)', values: [...after] }]),
    ...(later === null ? [] : [{ sql: 'i.decided - i.due > ?', values: [later] }]),
    { sql: ALIVE, values: [] },
  ]
}
