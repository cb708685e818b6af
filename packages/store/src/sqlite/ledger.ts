import type { Clause } from './run-filter.ts'
import type { LedgerValues, Slices } from './protocol.ts'
import { slicesOf } from './slices.ts'
import type { Statements } from './statements.ts'

const COLUMNS = 'j.name, i.due, i.key, i.args, i.run, i.verdict, i.reason, i.decided'

/** A page of the ledger, in the order of an index, so that it takes no longer the longer the ledger is. */
export function ledgerPage(read: Statements, request: LedgerValues): Slices {
  const { job, from, to, after, limit } = request
  const where: Clause[] = [
    { sql: 'i.due >= ?', values: [after === null ? from : Math.max(from, after[0])] },
    { sql: 'i.due < ?', values: [to] },
    ...(after === null ? [] : [{ sql: '(i.due, j.name, i.key) > (?, ?, ?)', values: [...after] }]),
    ...(job === null ? [] : [{ sql: 'i.job = (SELECT id FROM job_names WHERE name = ?)', values: [job] }]),
    ...verdictClause(request),
    ...(request.later === null ? [] : [{ sql: 'i.decided - i.due > ?', values: [request.later] }]),
  ]
  const table = job === null ? 'instants i INDEXED BY instants_due' : 'instants i'
  const sql = `SELECT ${COLUMNS} FROM ${table} CROSS JOIN job_names j ON j.id = i.job
    WHERE ${where.map((clause) => clause.sql).join(' AND ')} ORDER BY i.due, j.name, i.key LIMIT ?`
  return slicesOf(read.rows(sql, ...where.flatMap(({ values }) => values), limit))
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

function verdictClause({ verdicts }: LedgerValues): readonly Clause[] {
  if (verdicts === null) return []
  const codes = verdicts.filter((code) => code !== null)
  const some = codes.length === 0 ? '0' : `i.verdict IN (${codes.map(() => '?').join(', ')})`
  return [{ sql: verdicts.includes(null) ? `(i.verdict IS NULL OR ${some})` : some, values: codes }]
}
