import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FACT_CODES, STATE_CODES, VERDICT_CODES } from '../row/index.ts'
import { openSqliteStore } from '../sqlite/index.ts'

/** A history to make. */
export interface HistoryOptions {
  /** A data folder without runs; made where there is none. */
  readonly folder: string
  /** Finished runs. */
  readonly runs: number
  /** When the last of them was due, ms since the epoch; the others lie in the year before, evenly. */
  readonly until: number
  /** Told what was done, and how far it is. */
  readonly say?: (line: string) => void
}

/** Jobs of a history: half of its runs are of the first twenty. */
export const HISTORY_JOBS = 1_000

const TEAMS = ['prices', 'risk', 'reports', 'ledger', 'models'] as const
/** Facts of a run. */
const FACTS = 4
/** Rows of one transaction. */
const ROWS = 500_000
const YEAR = 365 * 86_400_000

/** Of the runs numbered `n`: job, state, when it is due, how long it ran (s). Spread by multiplying: a generator in SQL has no state. */
const DICE = '(n % 1000003 * 2654435761 >> 16)'
const JOB = `(CASE WHEN ${DICE} & 1 THEN ${DICE} / 2 % 20 ELSE ${DICE} / 2 % ${HISTORY_JOBS} END + 1)`
const LUCK = `(${DICE} / 64 % 1000)`
const ELAPSED = `(${DICE} / 128 % 6000 / 10.0)`

/** The id of the `n`th job of a history, from 0. */
export function historyJobId(n: number): string {
  return `${TEAMS[n % TEAMS.length] ?? TEAMS[0]}/group-${Math.floor(n / 100)}/load-${n}`
}

/**
 * Fills a data folder with finished runs as a server leaves them, with facts, instants and metadata, at some 100,000 runs a second:
 * in SQL, without the indexes, which are made at the end. 94 % are a success. Throws where there are runs already.
 */
export async function makeHistory(options: HistoryOptions): Promise<void> {
  const { folder, runs, until, say = () => undefined } = options
  await (await openSqliteStore({ folder })).close()
  const db = new DatabaseSync(join(folder, 'runs.db'))
  try {
    if (db.prepare('SELECT 1 FROM runs LIMIT 1').get() !== undefined) throw new Error(`${folder} has runs already`)
    // A folder that is not finished is of no use: nothing needs to survive a crash.
    for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -262144', 'threads = 2']) {
      db.exec(`PRAGMA ${pragma}`)
    }
    const indexes = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").all()
    for (const { name } of indexes) db.exec(`DROP INDEX ${String(name)}`)
    makeJobs(db)
    const step = YEAR / runs
    const due = `(${until - YEAR} + n * ${step})`
    for (let first = 1; first <= runs; first += ROWS) {
      const last = Math.min(runs, first + ROWS - 1)
      db.exec(
        `BEGIN; ${runsSql(due)}; ${metaSql()}; ${factsSql(due)}; COMMIT`.replaceAll(':range', numbers(first, last)),
      )
      say(`${last} runs`)
    }
    db.exec(`BEGIN; ${INSTANTS}; COMMIT`)
    say('instants')
    db.exec(`UPDATE counters SET value = ${runs * FACTS} WHERE name = 'seq'`)
    db.exec(`UPDATE counters SET value = ${runs + 1} WHERE name = 'next_run'`)
    for (const { name, sql } of indexes) {
      db.exec(String(sql))
      say(`index ${String(name)}`)
    }
    db.exec('PRAGMA journal_mode = WAL')
  } finally {
    db.close()
  }
}

function makeJobs(db: DatabaseSync): void {
  db.exec('CREATE TEMP TABLE made (job INTEGER PRIMARY KEY, labels TEXT, bound INTEGER)')
  const name = db.prepare('INSERT INTO job_names (id, name, folded) VALUES (?, ?, ?)')
  const bound = db.prepare('INSERT INTO bounds (id, json) VALUES (?, ?)')
  const made = db.prepare('INSERT INTO made (job, labels, bound) VALUES (?, ?, ?)')
  const define = db.prepare('INSERT INTO definitions (hash, job, ad_hoc, json) VALUES (?, ?, 0, ?)')
  db.exec('BEGIN')
  for (let n = 0; n < HISTORY_JOBS; n++) {
    const jobId = historyJobId(n)
    const argv = [`/usr/local/bin/load-${n}`, '--region', `region-${n % 7}`]
    const spec = { argv, group_id: TEAMS[n % TEAMS.length] ?? '' }
    const stop = { signal: 15, grace: 60_000 }
    const hash = String(n).padStart(64, '0')
    define.run(hash, jobId, JSON.stringify({ program: { type: 'procstar', ...spec } }))
    const program = { type: 'procstar', spec, str: argv.join(' '), stop, timeout: null }
    name.run(n + 1, jobId, jobId)
    bound.run(n + 1, JSON.stringify({ definition: hash, program, conditions: [] }))
    made.run(n + 1, JSON.stringify([TEAMS[n % TEAMS.length], `tier-${n % 3}`]), n + 1)
  }
  db.exec('COMMIT')
}

function numbers(first: number, last: number): string {
  return `(WITH RECURSIVE each(n) AS (SELECT ${first} UNION ALL SELECT n + 1 FROM each WHERE n < ${last}) SELECT n FROM each)`
}

function runsSql(due: string): string {
  const { success, failure, error, skipped } = STATE_CODES
  const state = `CASE WHEN ${LUCK} < 940 THEN ${success} WHEN ${LUCK} < 980 THEN ${failure} WHEN ${LUCK} < 995 THEN ${error} ELSE ${skipped} END`
  const message = `CASE WHEN ${LUCK} < 940 THEN NULL WHEN ${LUCK} < 980 THEN 'exit code ' || (n % 3 + 1) WHEN ${LUCK} < 995 THEN 'agent lost' ELSE 'operator' END`
  const handle = `json_object('id', printf('r%d-6f1c8a3e-0000-4000-8000-000000000000', n), 'on', 'agent', 'agent', 'host-' || (n % 8))`
  const outcome = [success, failure, error, skipped].map((code) => {
    return `CASE WHEN state = ${code} THEN due + elapsed * 1000 END`
  })
  return `
    INSERT INTO runs (num, job, args, labels, origin, version, state, live, outcome, changed, t_schedule, t_new, t_scheduled, t_waiting,
      t_starting, t_running, t_success, t_failure, t_error, t_skipped, bound, detail)
    SELECT n, job, args, labels, origin, 4, state, NULL, state, due + elapsed * 1000, due, due - 86400000, due - 86400000, due,
      due + 1, due + 3, ${outcome.join(', ')}, bound,
      json_object('handle', json(handle), 'message', message, 'elapsed', elapsed)
    FROM (
      SELECT n, made.job, labels, bound, ${state} AS state, ${due} AS due, ${ELAPSED} AS elapsed, ${message} AS message, ${handle} AS handle,
        printf('{"date":"%s","region":"region-%d"}', date(${due} / 1000, 'unixepoch'), made.job % 7) AS args,
        CASE WHEN n % 10 = 0 THEN '{"type":"request"}' ELSE '{"type":"schedule","scheduleKey":"daily"}' END AS origin
      FROM :range CROSS JOIN made ON made.job = ${JOB}
    )`
}

function metaSql(): string {
  return `INSERT INTO run_meta (run, json) SELECT n, '{"program":{"exit_code":' || (n % 3) || '}}' FROM :range WHERE n % 4 = 0`
}

/** What a run of a process goes through; one that was skipped only says something on the way. */
function factsSql(due: string): string {
  const { scheduled, starting, running, skipped } = STATE_CODES
  const said = `(r.state = ${skipped} AND k IN (1, 2))`
  return `
    INSERT INTO facts (seq, run, time, type, state, text)
    SELECT (n - 1) * ${FACTS} + k + 1, n, ${due} + k, CASE WHEN ${said} THEN ${FACT_CODES.log} ELSE ${FACT_CODES.state} END,
      CASE WHEN ${said} THEN NULL ELSE CASE k WHEN 0 THEN ${scheduled} WHEN 1 THEN ${starting} WHEN 2 THEN ${running} ELSE r.state END END,
      CASE k WHEN 0 THEN 'scheduled' WHEN 1 THEN 'starting' WHEN 2 THEN 'running' ELSE 'ended' END
    FROM :range CROSS JOIN runs r ON r.num = n CROSS JOIN (SELECT value AS k FROM json_each('[0,1,2,3]'))`
}

const INSTANTS = `
  INSERT INTO instants (job, due, key, args, run, verdict, reason, decided)
  SELECT job, t_schedule, 'daily', args, num, ${VERDICT_CODES.started}, NULL, t_schedule FROM runs WHERE num % 10 <> 0 ORDER BY job, t_schedule`
