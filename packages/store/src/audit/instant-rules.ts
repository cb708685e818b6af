import { VERDICT_CODES } from '../row/index.ts'
import { type AuditRule, instantName } from './rule.ts'

const { started, skipped, missed, held, superseded } = VERDICT_CODES
/** Whether the run of an instant has not begun. */
const WAITS = 'EXISTS (SELECT 1 FROM runs r WHERE r.num = i.run AND r.live = 0)'
const RUNS = { database: 'runs', over: 'runs' } as const

/** INV1 to INV3: the ledger of due instants. */
export const INSTANT_RULES: readonly AuditRule[] = [
  {
    id: 'instant-undecided',
    invariant: 'INV1',
    statement: 'a due instant has a verdict within the bound',
    database: 'runs',
    over: 'whole',
    sql: `SELECT ${instantName('i')}, 'due, and without a verdict' || iif(i.run IS NOT NULL AND ${WAITS}, '; it may wait for its turn under a catch-up rate: see --within', '')
      FROM instants i WHERE verdict IS NULL AND due < $decidedBefore
      UNION ALL
      SELECT ${instantName('i')}, 'r' || r.num || ' has begun or ended, and the instant has no verdict'
      FROM instants i JOIN runs r ON r.num = i.run WHERE i.verdict IS NULL AND i.due >= $decidedBefore AND r.live IS NOT 0`,
  },
  {
    id: 'verdict-time',
    invariant: 'INV1',
    statement: 'a verdict has the time when it was given, and no verdict has none',
    database: 'runs',
    over: 'whole',
    sql: `SELECT ${instantName('i')}, iif(verdict IS NULL, 'decided, but without a verdict', 'a verdict without its time')
      FROM instants i WHERE (verdict IS NULL) <> (decided IS NULL)`,
  },
  {
    id: 'verdict-untrue',
    invariant: 'INV2',
    statement: 'started means that the run went on to wait or start; skipped and missed that it never did',
    ...RUNS,
    sql: `SELECT ${instantName('i')}, 'r' || r.num || iif(i.verdict = ${started}, ' never began, the verdict is started', ' began, the verdict is not started')
      FROM instants i JOIN runs r ON r.num = i.run
      WHERE i.run > $from AND i.run <= $to
        AND (i.verdict = ${started} AND r.t_waiting IS NULL AND r.t_starting IS NULL
          OR i.verdict IN (${skipped}, ${missed}) AND (r.t_waiting IS NOT NULL OR r.t_starting IS NOT NULL))`,
  },
  {
    id: 'instant-without-run',
    invariant: 'INV3',
    statement: 'the run of an instant is there, of the same job and time',
    ...RUNS,
    sql: `SELECT ${instantName('i')}, CASE
        WHEN r.num IS NULL THEN 'its run r' || i.run || ' is not there'
        WHEN r.job <> i.job THEN 'its run r' || i.run || ' is of another job'
        ELSE 'its run r' || i.run || ' is of another time' END
      FROM instants i LEFT JOIN runs r ON r.num = i.run
      WHERE i.run > $from AND i.run <= $to
        AND (r.num IS NULL OR r.job <> i.job OR r.t_schedule IS NOT i.due AND coalesce(i.verdict NOT IN (${held}, ${superseded}), 1))`,
  },
  {
    id: 'run-without-instant',
    invariant: 'INV3',
    statement: 'a run that grew from a schedule has just one instant, of that schedule',
    ...RUNS,
    sql: `SELECT 'r' || r.num, 'of a schedule, with ' || (SELECT count(*) FROM instants i WHERE i.run = r.num) || ' instants, expected one of its schedule'
      FROM runs r
      WHERE r.num > $from AND r.num <= $to AND r.origin ->> '$.type' = 'schedule'
        AND (SELECT total(iif(i.key = r.origin ->> '$.scheduleKey', 1, 2)) FROM instants i WHERE i.run = r.num) <> 1`,
  },
]
