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
import { parseRunId, type Run } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { RunFilter, RunPage } from '@apsis/store/port'
import type { FastifyInstance } from 'fastify'
import { matchJobId } from '../match.ts'
import { type Failure, failure, type Outcome, type Streamed, success } from '../outcome.ts'
import type { History, Jobs } from '../ports.ts'
import { register } from '../register.ts'
import { type RunJsonPorts, runMembers, runsJson, SLICE } from '../runs-json.ts'

export interface RunPorts extends RunJsonPorts {
  readonly jobs: Jobs
  readonly history: History
  readonly now: () => Instant
}

/** Serves the routes that read runs. */
export function serveRuns(app: FastifyInstance, ports: RunPorts): void {
  register(app, listRuns, ({ query }) => list(ports, query))
  register(app, getRun, async ({ params }) => {
    const run = await findRun(ports.history, params.run_id)
    return run.ok ? success(await runsJson(ports, [run.value], ports.now())) : run
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

async function list(ports: RunPorts, query: RunsQuery): Promise<Streamed | Failure> {
  const filter = runFilter(ports.jobs, query)
  if (!filter.ok) return filter
  const paged = query.page_limit !== undefined || query.page_cursor !== undefined
  const narrowed = query.job_id !== undefined || query.run_id !== undefined
  // A call as the existing client makes it gets all that match, or is told that these are too many.
  if (!paged && narrowed) {
    const count = await ports.history.countRuns(filter.value, MAX_PAGE + 1)
    if (count > MAX_PAGE) {
      const text = `query would return more than ${MAX_PAGE} runs (limit ${MAX_PAGE}); add args or state filter to narrow`
      return failure('RUNS_TOO_MANY', `${text}, or ask page by page with page_limit`)
    }
  }
  const limit = query.page_limit ?? (narrowed && !paged ? MAX_PAGE : DEFAULT_PAGE)
  const read = (after: string | undefined, left: number): Promise<RunPage> =>
    ports.history.runs({
      filter: filter.value,
      limit: Math.min(left, SLICE),
      order: query.page_order ?? 'newest',
      ...(after === undefined ? {} : { after }),
    })
  // The first page is read before anything is sent, so that a failure to read can still be told.
  const first = await read(query.page_cursor, limit)
  const pages = pagesOf(first, limit, read)
  const stream = Readable.from(runsText(ports, pages, query.summary ?? false), { objectMode: false })
  return { ok: true, status: 200, headers: { 'content-type': 'application/json' }, stream }
}

async function* pagesOf(
  first: RunPage,
  limit: number,
  read: (after: string | undefined, left: number) => Promise<RunPage>,
): AsyncGenerator<RunPage> {
  let page = first
  let left = limit - page.runs.length
  yield page
  while (page.next !== null && left > 0) {
    page = await read(page.next, left)
    left -= page.runs.length
    yield page
  }
}

async function* runsText(ports: RunPorts, pages: AsyncGenerator<RunPage>, summary: boolean): AsyncGenerator<string> {
  yield `{"when":${JSON.stringify(formatTime(ports.now()))},"runs":{`
  let next: string | null = null
  let any = false
  for await (const page of pages) {
    next = page.next
    if (page.runs.length === 0) continue
    yield `${any ? ',' : ''}${await runMembers(ports, page.runs, summary)}`
    any = true
    await turn()
  }
  yield `},"next":${JSON.stringify(next)}}`
}

function runFilter(jobs: Jobs, query: RunsQuery): Outcome<RunFilter> {
  const { job_id, run_id, state, since, job_prefix, job_text, scheduled_before, scheduled_after, args } = query
  const filter: RunFilter = {
    ...(run_id === undefined ? {} : { ids: run_id }),
    ...(state === undefined ? {} : { states: state }),
    ...(since === undefined ? {} : { since }),
    ...(job_prefix === undefined ? {} : { jobPrefix: job_prefix }),
    ...(job_text === undefined ? {} : { text: job_text }),
    ...(scheduled_before === undefined ? {} : { scheduledBefore: scheduled_before }),
    ...(scheduled_after === undefined ? {} : { scheduledAfter: scheduled_after }),
    ...(args === undefined ? {} : { args }),
  }
  if (job_id === undefined) return success(filter)
  const match = findJobId(jobs, job_id)
  // A job that is gone still has its runs.
  if (!match.ok && match.code === 'JOB_NO_MATCH') return success({ ...filter, jobId: job_id })
  return match.ok ? success({ ...filter, jobId: match.value }) : match
}

/** The id of the job that is meant (spec/apsis.md 8.1). */
export function findJobId(jobs: Jobs, target: string): Outcome<string> {
  return matchJobId(
    target,
    (jobId) => jobs.get(jobId) !== null,
    jobs.list().map(({ id }) => id),
  )
}
