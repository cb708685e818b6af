import { FINISHED } from '@apsis/core/run'
import { STATE_CODES } from '../row/index.ts'
import { instantCounts, ledgerPage, undecided } from './ledger.ts'
import type { Ask, PageRows, ReaderMethods } from './protocol.ts'
import { runCount, runPage, runRows } from './run-pages.ts'
import { slicesOf } from './slices.ts'
import type { Statements } from './statements.ts'
import type { Watch } from './watch.ts'

const FACT = 'SELECT seq, run, time, type, state, text FROM facts'
const INSTANT = `SELECT j.name, i.due, i.key, i.args, i.run, i.verdict, i.reason, i.decided FROM instants i
  JOIN job_names j ON j.id = i.job`

const JOB = 'SELECT j.job, j.hash, d.json, j.ad_hoc FROM jobs j LEFT JOIN definitions d ON d.hash = j.hash'

/** A question about what is in `runs.db`. */
export type RunsAsk = Exclude<Ask<ReaderMethods>, { readonly method: 'open' | 'close' | 'outputs' | 'output' }>

/** Answers a question, inside a transaction that the caller began. */
export function readRuns(read: Statements, watch: Watch, ask: RunsAsk): unknown {
  switch (ask.method) {
    case 'run':
      return slicesOf(runRows(read, 'WHERE r.num = ?', ...ask.args))
    case 'runs': {
      const { rows, next } = runPage(read, watch, ...ask.args)
      return { runs: slicesOf(rows), next } satisfies PageRows
    }
    case 'countRuns':
      return runCount(read, ...ask.args)
    case 'liveRuns':
      return slicesOf(runRows(read, 'WHERE r.live = 1 ORDER BY r.num'))
    case 'scheduledRuns':
      return slicesOf(
        runRows(read, 'WHERE r.live = 0 AND r.t_schedule < ? ORDER BY r.t_schedule, r.num LIMIT ?', ...ask.args),
      )
    case 'runsOf':
      return runsOf(read, ...ask.args)
    case 'meta':
      return read.row('SELECT json FROM run_meta WHERE run = ?', ...ask.args)?.[0] ?? null
    case 'metas': {
      const [runs] = ask.args
      const some = 'WHERE run IN (SELECT value FROM json_each(?))'
      return slicesOf(read.rows(`SELECT run, json FROM run_meta ${some}`, JSON.stringify(runs)))
    }
    case 'log':
      return slicesOf(read.rows(`${FACT} WHERE run = ? ORDER BY seq`, ...ask.args))
    case 'facts':
      return slicesOf(read.rows(`${FACT} WHERE seq > ? ORDER BY seq LIMIT ?`, ...ask.args))
    case 'lastSeq':
      return read.number(`SELECT value FROM counters WHERE name = 'seq'`)
    case 'nextRun':
      return read.number(`SELECT value FROM counters WHERE name = 'next_run'`)
    case 'ledger':
      return ledgerPage(read, watch, ...ask.args)
    case 'undecidedInstants':
      return undecided(read, ...ask.args)
    case 'instants':
    case 'pendingInstants':
    case 'countInstants':
      return readInstants(read, watch, ask)
    case 'jobs':
      return slicesOf(read.rows(`${JOB} ORDER BY j.job`))
    case 'definition':
      return slicesOf(read.rows('SELECT job, hash, json, ad_hoc FROM definitions WHERE hash = ?', ...ask.args))
    case 'records':
      return read.rows('SELECT id, json FROM records WHERE kind = ? ORDER BY id', ...ask.args)
    case 'jobVersions':
      return read.rows(
        'SELECT job, since, hash FROM job_versions WHERE job = ? ORDER BY since DESC LIMIT ?',
        ...ask.args,
      )
    case 'cursors':
      return slicesOf(read.rows('SELECT job, key, until FROM cursors ORDER BY job, key'))
  }
}

type InstantsAsk = Extract<RunsAsk, { readonly method: 'instants' | 'pendingInstants' | 'countInstants' }>

function readInstants(read: Statements, watch: Watch, ask: InstantsAsk): unknown {
  switch (ask.method) {
    case 'instants': {
      const [job, from, to, limit] = ask.args
      const end = 'AND i.due >= ? AND i.due < ? AND alive() ORDER BY i.due, j.name, i.key LIMIT ?'
      if (job === null) return slicesOf(read.rows(`${INSTANT} WHERE true ${end}`, from, to, limit))
      return slicesOf(read.rows(`${INSTANT} WHERE j.name = ? ${end}`, job, from, to, limit))
    }
    case 'pendingInstants':
      return slicesOf(
        read.rows(
          `SELECT i.*, r.version FROM (${INSTANT} WHERE i.verdict IS NULL AND j.name = ?) i
            JOIN runs r ON r.num = i.run ORDER BY i.due, i.key`,
          ...ask.args,
        ),
      )
    case 'countInstants':
      return instantCounts(read, watch, ...ask.args)
  }
}

function runsOf(read: Statements, job: string, args: string): ReturnType<ReaderMethods['runsOf']> {
  const number = read.number('SELECT id FROM job_names WHERE name = ?', job)
  const from = 'FROM runs INDEXED BY runs_args WHERE job = ? AND args = ? AND outcome'
  // One look into the index for each state: a job can have millions of runs with the same args.
  const finished = FINISHED.map((state) => {
    const newest = read.row(`SELECT max(num) ${from} = ?`, number, args, STATE_CODES[state])?.[0]
    return [newest, STATE_CODES[state]]
  })
  return {
    unfinished: read.rows(`SELECT num, state ${from} IS NULL ORDER BY num`, number, args),
    finished: finished.filter(([newest]) => newest !== null),
  }
}
