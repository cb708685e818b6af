import { closest } from '@apsis/core/document'
import type { RunId, State } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import { z } from 'zod'
import { formatTime, type LogLine, logLineSchema, type RunsJson, runsJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, plainPairs, type Route } from './route.ts'
import { boolQuery, intQuery, runIdParam, runIdsQuery, statesQuery, timeQuery } from './values.ts'

/**
 * Which runs to list. What is ours begins with `page_`, `job_` or `scheduled_`, so that it cannot be taken for one of the arg filters
 * of callers of the existing API: there, any other name is one (and `_x` means the arg `x`).
 */
export interface RunsQuery {
  /** A job id, or enough of its words. */
  readonly job_id?: string
  readonly run_id?: readonly RunId[]
  readonly state?: readonly State[]
  /** Changed at or after; milliseconds since the epoch. */
  readonly since?: Instant
  /** Summaries instead of full runs. */
  readonly summary?: boolean
  /** Jobs whose id begins with this. */
  readonly job_prefix?: string
  /** Jobs whose id contains this, whatever the case. */
  readonly job_text?: string
  /** Runs that match a query (docs/reference/query.md) as well. */
  readonly page_query?: string
  /** The time zone of days and times in `page_query`; default UTC. */
  readonly page_zone?: string
  /** Runs a page, 1 to 10,000. */
  readonly page_limit?: number
  /** `next` of the page before. */
  readonly page_cursor?: string
  /**
   * `newest` (default) and `oldest` first by run number; `latest` and `earliest` first by schedule time, then run number. Runs are
   * numbered when they are made, and schedules make theirs a day ahead: what ran last is `latest`, with the states or the time before.
   */
  readonly page_order?: 'newest' | 'oldest' | 'latest' | 'earliest'
  /** Schedule time before; milliseconds since the epoch. */
  readonly scheduled_before?: Instant
  /** Schedule time at or after; milliseconds since the epoch. */
  readonly scheduled_after?: Instant
  /** Runs that have these args. */
  readonly args?: Readonly<Record<string, string>>
}

/** Runs a page where the caller does not say. */
export const DEFAULT_PAGE = 1000
/** Most runs that one answer has. */
export const MAX_PAGE = 10_000

const known = {
  job_id: z.string().min(1).exactOptional(),
  run_id: runIdsQuery.exactOptional(),
  state: statesQuery.exactOptional(),
  since: timeQuery.exactOptional(),
  summary: boolQuery.exactOptional(),
  job_prefix: z.string().exactOptional(),
  job_text: z.string().exactOptional(),
  page_query: z
    .string()
    .meta({ description: 'Runs that match a query as well, such as: state:failure job:prices/ since:2d' })
    .exactOptional(),
  page_zone: z
    .string()
    .meta({ description: 'The time zone of days and times in page_query; default UTC.' })
    .exactOptional(),
  page_limit: intQuery(1, MAX_PAGE).exactOptional(),
  page_cursor: z.string().min(1).exactOptional(),
  page_order: z
    .enum(['newest', 'oldest', 'latest', 'earliest'])
    .meta({ description: 'newest or oldest first by run number; latest or earliest first by schedule time' })
    .exactOptional(),
  scheduled_before: timeQuery.meta({ description: 'Schedule time before this.' }).exactOptional(),
  scheduled_after: timeQuery.meta({ description: 'Schedule time at or after this.' }).exactOptional(),
}

const KNOWN = new Set(Object.keys(known))
const PAGING = Object.keys(known).filter((name) => name.startsWith('page_'))

/** What may be meant by a name that begins as ours do: a misspelt one would find only runs that have an arg of this name, which is none. */
function nearestOf(name: string): string {
  const meant = name === 'page_size' || name === 'page_count' ? 'page_limit' : closest(name, PAGING)
  return meant === null ? `expected one of ${PAGING.join(', ')}` : `did you mean ${meant}?`
}

const runsQuerySchema: z.ZodType<RunsQuery, unknown> = z
  .object(known)
  .catchall(z.string({ error: 'expected one value for this arg' }))
  .transform((wire, context) => {
    const args: Record<string, string> = {}
    for (const name of Object.keys(wire)) {
      if (!name.startsWith('page_') || KNOWN.has(name)) continue
      const message = `no such parameter; ${nearestOf(name)}; the arg of this name is _${name}`
      context.addIssue({ code: 'custom', path: [name], message })
    }
    for (const [name, value] of Object.entries<unknown>(wire)) {
      if (!KNOWN.has(name) && typeof value === 'string') args[name.startsWith('_') ? name.slice(1) : name] = value
    }
    const { job_id, run_id, state, since, summary, job_prefix, job_text } = wire
    const { page_query, page_zone, page_limit, page_cursor, page_order, scheduled_before, scheduled_after } = wire
    const filters = { job_id, run_id, state, since, summary, job_prefix, job_text, scheduled_before, scheduled_after }
    const query = { ...filters, page_query, page_zone, page_limit, page_cursor, page_order }
    return { ...present(query), ...(Object.keys(args).length === 0 ? {} : { args }) }
  })

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

// Members that are undefined go: absent and undefined differ under exactOptionalPropertyTypes.
function present<T extends object>(members: T): Present<T> {
  const kept: Present<T> = { ...members }
  for (const name in kept) if (kept[name] === undefined) delete kept[name]
  return kept
}

function* writeRunsQuery(query: RunsQuery): Generator<readonly [string, string]> {
  const { args = {}, run_id = [], state = [], since, scheduled_before, scheduled_after, ...plain } = query
  yield* plainPairs(plain)
  for (const id of run_id) yield ['run_id', id]
  for (const one of state) yield ['state', one]
  for (const [name, time] of Object.entries({ since, scheduled_before, scheduled_after })) {
    if (time !== undefined) yield [name, formatTime(time)]
  }
  for (const [name, value] of Object.entries(args)) {
    yield [KNOWN.has(name) || /^(_|page_)/.test(name) ? `_${name}` : name, value]
  }
}

/** Runs that match, page by page. */
export const listRuns: Route<Nothing, RunsQuery, never, RunsJson> = {
  name: 'listRuns',
  methods: ['GET'],
  path: '/api/v1/runs',
  tag: 'runs',
  summary:
    'Runs that match every filter, newest first unless page_order says. Where few match, a page may have fewer than page_limit, or none: next goes on where the search stopped. Any name not listed here filters by the arg of that name.',
  params: nothing,
  query: runsQuerySchema,
  body: null,
  reply: runsJsonSchema,
  errors: ['JOB_AMBIGUOUS', 'RUNS_TOO_MANY', 'READ_TIMEOUT'],
  writeQuery: writeRunsQuery,
}

export interface RunParams {
  readonly run_id: string
}

export const runParams: z.ZodType<RunParams, unknown> = z.object({ run_id: runIdParam })

/** One run in full. */
export const getRun: Route<RunParams, Nothing, never, RunsJson> = {
  name: 'getRun',
  methods: ['GET'],
  path: '/api/v1/runs/:run_id',
  tag: 'runs',
  summary: 'One run in full.',
  params: runParams,
  query: nothing,
  body: null,
  reply: runsJsonSchema,
  errors: ['RUN_UNKNOWN'],
}

export interface RunLogJson {
  readonly run_log: readonly LogLine[]
}

/** The log of a run, oldest first. */
export const getRunLog: Route<RunParams, Nothing, never, RunLogJson> = {
  name: 'getRunLog',
  methods: ['GET'],
  path: '/api/v1/runs/:run_id/log',
  tag: 'runs',
  summary: 'The log of a run, oldest line first.',
  params: runParams,
  query: nothing,
  body: null,
  reply: z.object({ run_log: z.array(logLineSchema) }),
  errors: ['RUN_UNKNOWN'],
}

/** For each dependency condition of the run, in order: the job, args and ids of the runs that it looks at. */
export type RunDependenciesJson = Readonly<
  Record<
    string,
    readonly {
      readonly job_id: string
      readonly args: Readonly<Record<string, string>>
      readonly run_ids: readonly string[]
    }[]
  >
>

/** What a run depends on. */
export const getRunDependencies: Route<RunParams, Nothing, never, RunDependenciesJson> = {
  name: 'getRunDependencies',
  methods: ['GET'],
  path: '/api/v1/runs/:run_id/dependencies',
  tag: 'runs',
  summary: 'The runs that the dependency conditions of a run look at.',
  params: runParams,
  query: nothing,
  body: null,
  reply: z.record(
    z.string(),
    z.array(z.object({ job_id: z.string(), args: z.record(z.string(), z.string()), run_ids: z.array(z.string()) })),
  ),
  errors: ['RUN_UNKNOWN'],
}
