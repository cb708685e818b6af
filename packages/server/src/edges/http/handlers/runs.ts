import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { dependencyOf, formatTime, type LogLine, logLine } from '@apsis/api/json'
import {
  DEFAULT_PAGE,
  getRun,
  getRunDependencies,
  getRunLog,
  listRuns,
  MAX_PAGE,
  type RunsQuery,
} from '@apsis/api/routes'
import type { Query } from '@apsis/core/query'
import { parseRunId, type Run, type RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import { type RunFilter, type RunPage, StoreError } from '@apsis/store/port'
import type { FastifyInstance } from 'fastify'
import { matchJobId } from '../match.ts'
import { type Failure, failure, type Outcome, type Streamed, success } from '../outcome.ts'
import type { History, Jobs } from '../ports.ts'
import { malformed } from '../problems.ts'
import { readQueryText } from '../query-text.ts'
import { register } from '../register.ts'
import { filterByValues } from '../run-filter.ts'
import { type RunJsonPorts, runMembers, runsJson, SLICE } from '../runs-json.ts'

export interface RunPorts extends RunJsonPorts {
  readonly jobs: Jobs
  readonly history: History
  readonly now: () => Instant
  /** Runs that changed last before this are not listed, unless by id; null: all are. */
  readonly oldest: Instant | null
}

/** Serves the routes that read runs. */
export function serveRuns(app: FastifyInstance, ports: RunPorts): void {
  register(app, listRuns, ({ query, gone }) => list(ports, query, gone()))
  register(app, getRun, async ({ params }) => {
    const run = await findRun(ports.history, params.run_id)
    if (!run.ok) return run
    const { when, runs } = await runsJson(ports, [run.value], ports.now())
    const reruns = await rerunsOf(ports.history, run.value)
    return success({
      when,
      runs: Object.fromEntries(Object.entries(runs).map(([id, json]) => [id, { ...json, reruns }])),
    })
  })
  register(app, getRunLog, async ({ params }) => {
    const run = await findRun(ports.history, params.run_id)
    return run.ok ? success({ run_log: await runLog(ports.history, run.value) }) : run
  })
  register(app, getRunDependencies, async ({ params }) => {
    const run = await findRun(ports.history, params.run_id)
    return run.ok ? success({ [run.value.id]: await dependencies(ports.history, run.value) }) : run
  })
}

/** The run of an id as given; one that has not the form of an id is unknown. */
export async function findRun(history: Pick<History, 'run'>, text: string): Promise<Outcome<Run>> {
  const id = parseRunId(text)
  const run = id === null ? null : await history.run(id)
  return run === null ? failure('RUN_UNKNOWN', `unknown run ${text}`) : success(run)
}

/** The log of a run, oldest first. */
export async function runLog(history: Pick<History, 'log'>, run: Run): Promise<readonly LogLine[]> {
  const facts = await history.log(run.id)
  return facts.flatMap(({ fact, time }) => {
    if (fact.type !== 'state' && fact.type !== 'log') return []
    const line = logLine(run.id, time, fact)
    return line === null ? [] : [line]
  })
}

// The log of a run names its reruns: the rerun itself knows its run, and finding it the other way would look at all reruns.
async function rerunsOf(history: Pick<History, 'log'>, run: Run): Promise<readonly RunId[]> {
  const facts = await history.log(run.id)
  return facts.flatMap(({ fact }) => {
    const id = fact.type === 'log' ? /^rerun as (r\d+)(?=$|: )/.exec(fact.message)?.[1] : undefined
    const parsed = id === undefined ? null : parseRunId(id)
    return parsed === null ? [] : [parsed]
  })
}

async function dependencies(history: Pick<History, 'runsOf'>, run: Run) {
  const conditions = 'bound' in run ? (run.bound?.conditions ?? []) : []
  const wanted = conditions.map(dependencyOf).filter((dependency) => dependency !== null)
  return Promise.all(
    wanted.map(async ([jobId, args]) => {
      const { unfinished, finished } = await history.runsOf(jobId, args)
      const ids = [...unfinished.map(({ id }) => id), ...Object.values(finished)]
      return { job_id: jobId, args, run_ids: ids.filter((id) => id !== run.id) }
    }),
  )
}

async function list(ports: RunPorts, query: RunsQuery, signal: AbortSignal): Promise<Streamed | Failure> {
  const asked = runFilter(ports, query)
  if (!asked.ok) return asked
  const filter = recent(asked.value, ports.oldest)
  const paged = query.page_limit !== undefined || query.page_cursor !== undefined
  const narrowed = query.job_id !== undefined || query.run_id !== undefined
  // A call as the existing client makes it gets all that match, or is told that these are too many.
  if (!paged && narrowed) {
    const count = await ports.history.countRuns(filter, MAX_PAGE + 1, { signal })
    if (count > MAX_PAGE) {
      const text = `query would return more than ${MAX_PAGE} runs (limit ${MAX_PAGE}); add args or state filter to narrow`
      return failure('RUNS_TOO_MANY', `${text}, or ask page by page with page_limit`)
    }
  }
  const limit = query.page_limit ?? (narrowed && !paged ? MAX_PAGE : DEFAULT_PAGE)
  const read = (after: string | undefined, left: number): Promise<RunPage> =>
    ports.history.runs(
      {
        filter,
        limit: Math.min(left, SLICE),
        order: query.page_order ?? 'newest',
        ...(after === undefined ? {} : { after }),
      },
      { signal },
    )
  // The first page is read before anything is sent, so that a failure to read can still be told.
  const first = await readFirst(() => read(query.page_cursor, limit))
  if (!first.ok) return first
  const pages = pagesOf(first.value, limit, narrowed && !paged, read)
  const stream = Readable.from(runsText(ports, pages, query.summary ?? false), { objectMode: false })
  return { ok: true, status: 200, headers: { 'content-type': 'application/json' }, stream }
}

async function readFirst(read: () => Promise<RunPage>): Promise<Outcome<RunPage>> {
  try {
    return success(await read())
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'STORE_REQUEST') throw error
    const message = `expected what \`next\` was on the last page, in the same order: ${error.message}`
    return malformed([{ in: 'query', path: 'page_cursor', message }])
  }
}

async function* pagesOf(
  first: RunPage,
  limit: number,
  whole: boolean,
  read: (after: string | undefined, left: number) => Promise<RunPage>,
): AsyncGenerator<RunPage> {
  let page = first
  let left = limit
  for (;;) {
    // Fewer than asked for, and not at the end: few match. A caller who asks page by page goes on from here when it wants to.
    const few = page.next !== null && page.runs.length < Math.min(left, SLICE)
    left -= page.runs.length
    yield page
    if (page.next === null || left <= 0 || (few && !whole)) return
    page = await read(page.next, left)
  }
}

async function* runsText(ports: RunPorts, pages: AsyncGenerator<RunPage>, summary: boolean): AsyncGenerator<string> {
  yield `{"when":${JSON.stringify(formatTime(ports.now()))},"runs":{`
  let end: Pick<RunPage, 'next' | 'reached'> = { next: null }
  let any = false
  for await (const page of pages) {
    end = page
    if (page.runs.length === 0) continue
    yield `${any ? ',' : ''}${await runMembers(ports, page.runs, summary)}`
    any = true
    await turn()
  }
  const reached = end.reached === undefined ? '' : `,"reached":${JSON.stringify(formatTime(end.reached))}`
  yield `},"next":${JSON.stringify(end.next)}${reached}}`
}

/** A filter that leaves out runs that changed last before a time, unless they are named. */
export function recent(filter: RunFilter, oldest: Instant | null): RunFilter {
  if (oldest === null || filter.ids !== undefined) return filter
  return { ...filter, since: Math.max(oldest, filter.since ?? oldest) }
}

function runFilter({ jobs, now }: Pick<RunPorts, 'jobs' | 'now'>, query: RunsQuery): Outcome<RunFilter> {
  const asked = readQuery(query, now())
  if (!asked.ok) return asked
  const { job_id } = query
  const filter: RunFilter = { ...filterByValues(query), ...(asked.value === null ? {} : { query: asked.value }) }
  if (job_id === undefined) return success(filter)
  const match = findJobId(jobs, job_id)
  // A job that is gone still has its runs.
  if (!match.ok && match.code === 'JOB_NO_MATCH') return success({ ...filter, jobId: job_id })
  return match.ok ? success({ ...filter, jobId: match.value }) : match
}

function readQuery({ page_query: text, page_zone: zone }: RunsQuery, now: Instant): Outcome<Query | null> {
  // A zone that is none is told, also where there is no query that needs it.
  if (text === undefined && zone === undefined) return success(null)
  const place = { in: 'query', text: 'page_query', zone: 'page_zone' } as const
  const read = readQueryText(text ?? '', zone ?? 'UTC', now, place)
  return read.ok && text === undefined ? success(null) : read
}

/** The id of the job that is meant (spec/apsis.md 8.1). */
export function findJobId(jobs: Jobs, target: string): Outcome<string> {
  return matchJobId(
    target,
    (jobId) => jobs.get(jobId) !== null,
    jobs.list().map(({ id }) => id),
  )
}
