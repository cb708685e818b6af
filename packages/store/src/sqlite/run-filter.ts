import { isFinished, type State } from '@apsis/core/run'
import { type SqlValue, STATE_CODES } from '../row/index.ts'
import type { JobsOf } from './jobs-of.ts'
import type { FilterValues } from './protocol.ts'
import { argClause, termClauses } from './query-clauses.ts'

/** A condition and its values. */
export interface Clause {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** Runs of one index; several, without a run in common, make up what a filter selects. */
export interface Source {
  readonly from: string
  /** What the index finds them by. */
  readonly keys: readonly Clause[]
  /** What each of them is looked at for. */
  readonly rest: readonly Clause[]
}

/** The order that the runs of an index are to come in: by number, or by schedule time and number. */
export type Walk = 'number' | 'due'

/** Counts the rows that match, at most a given number. */
export type Probe = (from: string, clauses: readonly Clause[], most: number) => number

/** Runs that may be sorted for one page. More than that lie close together, and are found by walking the runs in order. */
const SORTED_MOST = 5_000

const NOT_INDEXED = 'runs NOT INDEXED'
const BY_JOB = 'runs INDEXED BY runs_job'
const BY_CHANGE = 'runs INDEXED BY runs_changed'

interface Indexes {
  /** Of what has ended, by outcome; of one job; what is live. What is to come is always in `runs_scheduled`. */
  readonly outcome: string
  readonly job: string
  readonly live: string
}

const INDEXES: Readonly<Record<Walk, Indexes>> = {
  number: { outcome: 'runs INDEXED BY runs_outcome', job: BY_JOB, live: 'runs INDEXED BY runs_live' },
  due: {
    outcome: 'runs INDEXED BY runs_outcome_due',
    job: 'runs INDEXED BY runs_job_due',
    live: 'runs INDEXED BY runs_live_due',
  },
}

/**
 * The sources of a filter, less its bounds on the schedule time. Each names its index: the planner of SQLite knows nothing of how often a value occurs, and a wrong
 * guess costs seconds with ten million runs.
 */
export function sourcesOf(filter: FilterValues, jobs: JobsOf, walk: Walk, probe: Probe): readonly Source[] {
  const index = INDEXES[walk]
  const changed = changedClauses(filter)
  const rest = [...jobs.rest, ...changed, ...argsClauses(filter), ...termClauses(filter.terms)]
  const states = statesClause(filter.states)
  const { numbers } = jobs
  const ofJobs = numbers === null ? [] : [clause('job IN (SELECT value FROM json_each(?))', JSON.stringify(numbers))]
  if (filter.ids !== null) {
    const ids = clause('num IN (SELECT value FROM json_each(?))', JSON.stringify(filter.ids))
    return [{ from: 'runs', keys: [ids], rest: [...ofJobs, ...states, ...rest] }]
  }
  if (numbers !== null) {
    const each = numbers.map((number) => clause('job = ?', number))
    const few = walk === 'number' || isFew(probe, BY_JOB, [...ofJobs, clause('outcome IS NULL')])
    return [
      ...each.flatMap((job) => finished(filter.states, index.job, [job], rest)),
      ...(few
        ? each.flatMap((job) => unfinishedOfJob(filter.states, job, rest))
        : unfinished(filter.states, index, [...ofJobs, ...rest])),
    ]
  }
  const [names] = jobs.rest
  if (names?.sql.startsWith('job IN') === true && isFew(probe, BY_JOB, [names])) {
    return [{ from: BY_JOB, keys: [names], rest: [...states, ...rest] }]
  }
  const ended = clause('outcome IS NOT NULL')
  if (changed.length > 0 && isFew(probe, BY_CHANGE, [ended, ...changed])) {
    return [
      { from: BY_CHANGE, keys: [ended, ...changed], rest: [...states, ...rest] },
      ...unfinished(filter.states, index, rest),
    ]
  }
  if (filter.states === null && walk === 'number') return [{ from: NOT_INDEXED, keys: [], rest }]
  return [...finished(filter.states, index.outcome, [], rest), ...unfinished(filter.states, index, rest)]
}

/** Whether the sources have so few runs within the bounds of the schedule time that these may be sorted. */
export function isFewWithin(sources: readonly Source[], bounds: readonly Clause[], probe: Probe): boolean {
  let left = SORTED_MOST
  for (const { from, keys } of sources) {
    left -= probe(from, [...keys, ...bounds], left + 1)
    if (left < 0) return false
  }
  return true
}

function isFew(probe: Probe, from: string, clauses: readonly Clause[]): boolean {
  return probe(from, clauses, SORTED_MOST + 1) <= SORTED_MOST
}

function unfinishedOfJob(states: readonly number[] | null, job: Clause, rest: readonly Clause[]): readonly Source[] {
  const open = chosen(UNFINISHED_CODES, states)
  if (open.length === 0) return []
  const some = open.length === UNFINISHED_CODES.length ? [] : statesClause(open)
  return [{ from: BY_JOB, keys: [job, clause('outcome IS NULL')], rest: [...some, ...rest] }]
}

function finished(
  states: readonly number[] | null,
  from: string,
  keys: readonly Clause[],
  rest: readonly Clause[],
): readonly Source[] {
  return chosen(FINISHED_CODES, states).map((code) => ({ from, keys: [...keys, clause('outcome = ?', code)], rest }))
}

function unfinished(states: readonly number[] | null, index: Indexes, rest: readonly Clause[]): readonly Source[] {
  const sources: Source[] = []
  const groups = [
    { from: index.live, live: clause('live = 1'), codes: LIVE_CODES },
    { from: 'runs INDEXED BY runs_scheduled', live: clause('live = 0'), codes: COMING_CODES },
  ]
  for (const { from, live, codes } of groups) {
    const wanted = chosen(codes, states)
    if (wanted.length === 0) continue
    // All of them need no look at the row.
    const some = wanted.length === codes.length ? [] : statesClause(wanted)
    sources.push({ from, keys: [live], rest: [...some, ...rest] })
  }
  return sources
}

const FINISHED_CODES: readonly number[] = codes((state) => isFinished(state))
const UNFINISHED_CODES: readonly number[] = codes((state) => !isFinished(state))
const COMING_CODES: readonly number[] = [STATE_CODES.new, STATE_CODES.scheduled]
const LIVE_CODES: readonly number[] = UNFINISHED_CODES.filter((code) => !COMING_CODES.includes(code))

function chosen(codes: readonly number[], states: readonly number[] | null): readonly number[] {
  return codes.filter((code) => states === null || states.includes(code))
}

function codes(wanted: (state: State) => boolean): readonly number[] {
  const found: number[] = []
  let state: State
  for (state in STATE_CODES) if (wanted(state)) found.push(STATE_CODES[state])
  return found
}

function statesClause(states: readonly number[] | null): readonly Clause[] {
  if (states === null) return []
  return [clause('state IN (SELECT value FROM json_each(?))', JSON.stringify(states))]
}

function changedClauses({ since, until }: FilterValues): readonly Clause[] {
  return [
    ...(since === null ? [] : [clause('changed >= ?', since)]),
    ...(until === null ? [] : [clause('changed < ?', until)]),
  ]
}

function argsClauses({ args }: FilterValues): readonly Clause[] {
  return args.map(([name, value]) => argClause(name, [value]))
}

function clause(sql: string, ...values: readonly SqlValue[]): Clause {
  return { sql, values }
}
