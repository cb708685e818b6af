/** A question that has no answer in a sound database: each row is an example of what is wrong, in words. */
export interface CheckQuery {
  /** What must hold. */
  readonly rule: string
  /** Gives a column of text; examples, at most some. */
  readonly sql: string
}

const LIVE = '(2, 3, 4, 5)'
const FINISHED = '(6, 7, 8, 9)'

/** Of `runs.db`. Codes of states and facts are those of `row/codes.ts`. */
export const RUNS_CHECKS: readonly CheckQuery[] = [
  {
    rule: 'every run is of a known job',
    sql: `SELECT 'r' || num || ': job number ' || job FROM runs WHERE job NOT IN (SELECT id FROM job_names)`,
  },
  {
    rule: 'what a run is bound to is stored',
    sql: `SELECT 'r' || num || ': bound number ' || bound FROM runs WHERE bound IS NOT NULL AND bound NOT IN (SELECT id FROM bounds)`,
  },
  {
    rule: 'the phase of a run is that of its state',
    sql: `SELECT 'r' || num || ': state ' || state || ', live ' || coalesce(live, 'null') || ', outcome ' || coalesce(outcome, 'null') FROM runs
      WHERE NOT ((state IN (0, 1) AND live IS 0 AND outcome IS NULL) OR (state IN ${LIVE} AND live IS 1 AND outcome IS NULL)
        OR (state IN ${FINISHED} AND live IS NULL AND outcome IS state))`,
  },
  {
    rule: 'numbers of runs are below the next one to give out',
    sql: `SELECT 'r' || num FROM runs WHERE num >= (SELECT value FROM counters WHERE name = 'next_run')`,
  },
  { rule: 'metadata is of a run', sql: `SELECT 'r' || run FROM run_meta WHERE run NOT IN (SELECT num FROM runs)` },
  {
    rule: 'facts of runs are of runs that are there',
    sql: `SELECT 'fact ' || seq || ' of r' || run FROM facts WHERE run IS NOT NULL AND type <> 3 AND run NOT IN (SELECT num FROM runs)`,
  },
  {
    rule: 'facts are numbered up to the newest',
    sql: `SELECT 'fact ' || seq FROM facts WHERE seq < 1 OR seq > (SELECT value FROM counters WHERE name = 'seq')`,
  },
  {
    rule: 'the run of an instant is there',
    sql: `SELECT 'instant ' || due || ' of job number ' || job || ': r' || run FROM instants WHERE run IS NOT NULL AND run NOT IN (SELECT num FROM runs)`,
  },
  {
    rule: 'instants are of known jobs',
    sql: `SELECT 'instant ' || due || ': job number ' || job FROM instants WHERE job NOT IN (SELECT id FROM job_names)`,
  },
  {
    rule: 'the instant of a run that ended has a verdict',
    sql: `SELECT 'r' || r.num FROM instants i JOIN runs r ON r.num = i.run WHERE i.verdict IS NULL AND r.outcome IS NOT NULL`,
  },
  {
    rule: 'the definitions of jobs are stored',
    sql: 'SELECT job FROM jobs WHERE hash NOT IN (SELECT hash FROM definitions)',
  },
]

/** Of `outputs.db`. */
export const OUTPUTS_CHECKS: readonly CheckQuery[] = [
  {
    rule: 'pieces of output follow one another',
    sql: `SELECT 'r' || o.run || ' ' || o.name || ': a piece at ' || c.start || ', expected at ' || c.expected FROM (
        SELECT output, start, coalesce(lag(start + length(data)) OVER (PARTITION BY output ORDER BY start), 0) AS expected FROM chunks
      ) c JOIN outputs o ON o.id = c.output WHERE c.start <> c.expected`,
  },
  {
    rule: 'an output is as long as its pieces',
    sql: `SELECT 'r' || o.run || ' ' || o.name || ': ' || o.length || ' bytes said, ' || coalesce(c.bytes, 0) || ' stored' FROM outputs o
      LEFT JOIN (SELECT output, sum(length(data)) AS bytes, max(start) AS tail FROM chunks GROUP BY output) c ON c.output = o.id
      WHERE o.length <> coalesce(c.bytes, 0) OR o.tail IS NOT c.tail`,
  },
  {
    rule: 'pieces are of an output',
    sql: `SELECT 'piece ' || id || ' of output ' || output FROM chunks WHERE output NOT IN (SELECT id FROM outputs)`,
  },
]

/** Outputs of runs that are gone: what a removal that was cut short leaves, until the server removes again. With `runs.db` attached as `history`. */
export const LEFT_OUTPUTS = `SELECT 'r' || run || ' ' || name FROM outputs WHERE run NOT IN (SELECT num FROM history.runs)
  AND run < (SELECT value FROM history.counters WHERE name = 'next_run')`
