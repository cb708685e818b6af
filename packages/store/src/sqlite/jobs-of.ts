import type { FilterValues } from './protocol.ts'
import { nameClauses, prefixClause, wordClause } from './query-clauses.ts'
import type { Clause } from './run-filter.ts'
import type { Statements } from './statements.ts'

/** Jobs of a filter that are looked up one by one: each is some parts of the question. */
const JOBS_MOST = 16

/** Names that may be looked through for one page: some milliseconds. A server that is asked for ad hoc jobs has millions. */
const NAMES_MOST = 50_000

/** The jobs that a filter selects. */
export interface JobsOf {
  /** Their numbers, where they are few; null where they are many, or all. */
  readonly numbers: readonly number[] | null
  /** What says whether a run is of them, where they are many. */
  readonly rest: readonly Clause[]
}

/** Finds the jobs that a filter selects by their names. */
export function jobsOf(read: Statements, filter: FilterValues): JobsOf {
  const names: Clause[] = [...nameClauses(filter.terms)]
  if (filter.prefix !== null) names.push(prefixClause(filter.prefix))
  if (filter.text !== null) names.push(wordClause([filter.text]))
  if (filter.job !== null) names.push({ sql: 'name = ?', values: [filter.job] })
  if (names.length === 0) return { numbers: null, rest: [] }
  const where = names.map(({ sql }) => sql).join(' AND ')
  const values = names.flatMap((name) => name.values)
  const many = filter.job === null && read.number('SELECT max(id) FROM job_names') > NAMES_MOST
  if (many) {
    return {
      numbers: null,
      rest: [{ sql: `EXISTS (SELECT 1 FROM job_names WHERE id = runs.job AND ${where})`, values }],
    }
  }
  const found = read.rows(`SELECT id FROM job_names WHERE ${where} LIMIT ${JOBS_MOST + 1}`, ...values)
  if (found.length <= JOBS_MOST) return { numbers: found.map(([id]) => Number(id)), rest: [] }
  return { numbers: null, rest: [{ sql: `job IN (SELECT id FROM job_names WHERE ${where})`, values }] }
}
