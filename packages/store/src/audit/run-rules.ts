import { ACTIVE, FINISHED, STATES, TRANSITIONS } from '@apsis/core/run'
import { FACT_CODES, STATE_CODES } from '../row/index.ts'
import { type AuditRule, stateName } from './rule.ts'

const RUNS = { database: 'runs', over: 'runs' } as const
const { new: fresh, scheduled, starting, running } = STATE_CODES
const FINISHED_CODES = FINISHED.map((state) => STATE_CODES[state]).join(', ')
const ACTIVE_CODES = ACTIVE.map((state) => STATE_CODES[state]).join(', ')
const MOVES = STATES.flatMap((from) => TRANSITIONS[from].map((to) => `(${STATE_CODES[from]}, ${STATE_CODES[to]})`))
/** Of a run that was imported only the end is known to the last: it comes there at once, and its definition is not ours. */
const IMPORTED = "origin ->> '$.type' = 'import'"
const IN_SLICE = 'r.num > $from AND r.num <= $to'

/** INV4 to INV7, INV9, INV19: runs, and what their facts say of them. */
export const RUN_RULES: readonly AuditRule[] = [
  {
    id: 'started-twice',
    invariant: 'INV4',
    statement: 'a run enters starting once, and running once',
    ...RUNS,
    sql: `SELECT 'r' || run, count(*) || ' facts of ' || ${stateName('state')}
      FROM facts WHERE run > $from AND run <= $to AND type = ${FACT_CODES.state} AND state IN (${starting}, ${running})
      GROUP BY run, state HAVING count(*) > 1`,
  },
  {
    id: 'handle-foreign',
    invariant: 'INV4',
    statement: 'what a run holds was made for this run, so no two share it',
    ...RUNS,
    sql: `SELECT 'r' || num, 'holds ' || (detail ->> '$.handle.id') FROM runs r
      WHERE ${IN_SLICE} AND state IN (${ACTIVE_CODES}, ${FINISHED_CODES}) AND json_valid(detail)
        AND (detail ->> '$.handle.id') NOT GLOB 'r' || num || '-?*'`,
  },
  {
    id: 'illegal-move',
    invariant: 'INV5',
    statement: 'a run goes by the legal moves only; a finished one changes by mark alone',
    ...RUNS,
    sql: `WITH legal (before, after) AS (VALUES ${MOVES.join(', ')}),
      moves AS (
        SELECT run, text, state, lag(state, 1, ${fresh}) OVER (PARTITION BY run ORDER BY seq) AS before
        FROM facts WHERE run > $from AND run <= $to AND type = ${FACT_CODES.state})
      SELECT 'r' || run, 'went from ' || ${stateName('before')} || ' to ' || ${stateName('state')} || ': ' || text FROM moves
      WHERE (before, state) NOT IN legal
        AND NOT (before IN (${FINISHED_CODES}) AND state IN (${FINISHED_CODES}) AND text GLOB 'marked as *')
        AND NOT (before = ${fresh} AND state IN (${FINISHED_CODES}) AND EXISTS (SELECT 1 FROM runs i WHERE i.num = run AND i.${IMPORTED}))`,
  },
  {
    id: 'state-not-of-facts',
    invariant: 'INV6',
    statement: 'the last state fact of a run is its state',
    ...RUNS,
    sql: `WITH known AS (
        SELECT num, state, (SELECT f.state FROM facts f WHERE f.run = r.num AND f.type = ${FACT_CODES.state} ORDER BY f.seq DESC LIMIT 1) AS said
        FROM runs r WHERE ${IN_SLICE})
      SELECT 'r' || num, 'is ' || ${stateName('state')} || ', its log ends with ' || iif(said IS NULL, 'nothing', ${stateName('said')})
      FROM known WHERE said IS NOT state`,
  },
  {
    id: 'phase-column',
    invariant: 'INV6',
    statement: 'the columns that indexes are by agree with the state',
    ...RUNS,
    sql: `SELECT 'r' || num, 'is ' || ${stateName('state')} || ' with live ' || coalesce(live, 'null') || ' and outcome ' || coalesce(outcome, 'null')
      FROM runs r WHERE ${IN_SLICE}
        AND (live IS NOT CASE WHEN state IN (${fresh}, ${scheduled}) THEN 0 WHEN state IN (${FINISHED_CODES}) THEN NULL ELSE 1 END
          OR outcome IS NOT iif(state IN (${FINISHED_CODES}), state, NULL))`,
  },
  {
    id: 'bound-missing',
    invariant: 'INV7',
    statement: 'what a run began with is kept, and the definition that it is of',
    ...RUNS,
    sql: `SELECT 'r' || num, CASE
        WHEN bound IS NULL THEN 'is ' || ${stateName('state')} || ' and bound to nothing'
        WHEN b.id IS NULL THEN 'what it is bound to is not there'
        ELSE 'its definition is not there' END
      FROM runs r LEFT JOIN bounds b ON b.id = r.bound
      WHERE ${IN_SLICE} AND CASE
        WHEN bound IS NULL THEN live = 1
        WHEN b.id IS NULL THEN 1
        ELSE NOT r.${IMPORTED} AND NOT EXISTS (SELECT 1 FROM definitions d WHERE d.hash = b.json ->> '$.definition') END`,
  },
  {
    id: 'end-incomplete',
    invariant: 'INV9',
    statement: 'a run that has ended says how: readable, and with a time that is not negative where it ran',
    ...RUNS,
    sql: `SELECT 'r' || num, CASE
        WHEN NOT coalesce(json_valid(detail), 0) THEN 'says nothing readable of its end'
        WHEN (detail ->> '$.elapsed') < 0 THEN 'ran for ' || (detail ->> '$.elapsed') || ' s'
        ELSE 'has an elapsed time and never ran' END
      FROM runs r WHERE ${IN_SLICE} AND state IN (${FINISHED_CODES}) AND CASE
        WHEN NOT coalesce(json_valid(detail), 0) THEN 1
        ELSE (detail ->> '$.elapsed') < 0 OR (detail ->> '$.elapsed') IS NOT NULL AND t_running IS NULL AND NOT r.${IMPORTED} END`,
  },
  {
    id: 'live-unnamed',
    invariant: 'INV19',
    statement: 'a run that is live on an agent says what it holds there, and one that runs names the agent',
    ...RUNS,
    sql: `SELECT 'r' || num, 'is ' || ${stateName('state')} || ' and names no ' || iif(state = ${starting}, 'proc', 'agent')
      FROM runs r WHERE ${IN_SLICE} AND state IN (${ACTIVE_CODES}) AND CASE
        WHEN NOT coalesce(json_valid(detail), 0) THEN 1
        WHEN (detail ->> '$.handle.id') IS NULL THEN 1
        ELSE state <> ${starting} AND (detail ->> '$.handle.on') = 'agent' AND (detail ->> '$.handle.agent') IS NULL END`,
  },
]
