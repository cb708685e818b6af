import { FACT_CODES } from '../row/index.ts'
import type { AuditRule } from './rule.ts'

/** Whether a run was removed by a server before this told of it by a fact: nothing is left of it. */
const ARCHIVED = `SELECT 1 FROM runs r WHERE r.num > 1
  AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.num = r.num - 1)
  AND NOT EXISTS (SELECT 1 FROM facts a WHERE a.run = r.num - 1)`

/** INV8, INV13: the numbers of the log, and the pieces of outputs. */
export const LOG_RULES: readonly AuditRule[] = [
  {
    id: 'fact-gap',
    invariant: 'INV8',
    statement:
      'the numbers of facts have no gap but those of runs that were withdrawn or removed, of which a later fact tells, or were left out by a restore',
    database: 'runs',
    over: 'facts',
    sql: `SELECT 'fact ' || f.seq, 'the one before it is missing, and no run was removed since' FROM facts f
      WHERE f.seq > $from AND f.seq <= $to AND f.seq > (SELECT min(seq) FROM facts)
        AND NOT EXISTS (SELECT 1 FROM facts p WHERE p.seq = f.seq - 1)
        AND NOT EXISTS (SELECT 1 FROM facts d WHERE d.seq >= f.seq AND d.type IN (${FACT_CODES.deleted}, ${FACT_CODES.removed}))
        AND NOT EXISTS (${ARCHIVED})`,
  },
  {
    id: 'fact-missing',
    invariant: 'INV8',
    statement: 'so many numbers of facts are missing as went with runs that were withdrawn, removed or archived',
    database: 'runs',
    over: 'whole',
    sql: `WITH numbers (given, stored, gone) AS (
        SELECT (SELECT value FROM counters WHERE name = 'seq'), (SELECT count(*) FROM facts), (SELECT value FROM counters WHERE name = 'facts_gone'))
      SELECT 'facts', (given - stored) || ' numbers are missing, and ' || gone || ' went with their runs' FROM numbers
      WHERE given - stored <> gone`,
  },
  {
    id: 'number-above-counter',
    invariant: 'INV8',
    statement: 'the next numbers to give out are above all that were given',
    database: 'runs',
    over: 'whole',
    sql: `WITH given (name, most, next) AS (
        SELECT 'facts', (SELECT max(seq) FROM facts), (SELECT value + 1 FROM counters WHERE name = 'seq')
        UNION ALL SELECT 'runs', (SELECT max(num) FROM runs), (SELECT value FROM counters WHERE name = 'next_run')
        UNION ALL SELECT 'instants', (SELECT max(run) FROM instants), (SELECT value FROM counters WHERE name = 'next_run'))
      SELECT name, 'have number ' || most || ', the next to give out is ' || coalesce(next, 'not there') FROM given
      WHERE most IS NOT NULL AND (next IS NULL OR most >= next)`,
  },
  {
    id: 'output-broken',
    invariant: 'INV13',
    statement: 'the pieces of an output follow each other from 0 to its length',
    database: 'outputs',
    over: 'outputs',
    sql: `WITH pieces AS (
        SELECT output, start, start + length(data) AS until,
          lag(start + length(data), 1, 0) OVER (PARTITION BY output ORDER BY start) AS expected
        FROM chunks WHERE output > $from AND output <= $to)
      SELECT 'output ' || o.name || ' of r' || o.run, 'has a piece at ' || p.start || ', expected ' || p.expected
      FROM pieces p JOIN outputs o ON o.id = p.output WHERE p.start <> p.expected
      UNION ALL
      SELECT 'output ' || name || ' of r' || run, 'has ' || length || ' bytes, its pieces end at ' || coalesce((SELECT max(until) FROM pieces WHERE output = id), 0)
      FROM outputs WHERE id > $from AND id <= $to AND length <> coalesce((SELECT max(until) FROM pieces WHERE output = id), 0)`,
  },
]
