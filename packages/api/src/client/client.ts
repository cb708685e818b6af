import type { FinishedState } from '@apsis/core/run'
import type {
  ConnectionJson,
  InstantsJson,
  JobJson,
  OutputJson,
  RerunJson,
  RunJson,
  RunSummariesJson,
  RunsJson,
  StatsJson,
} from '../json/index.ts'
import { runSummariesJsonSchema } from '../json/index.ts'
import * as routes from '../routes/index.ts'
import { call, type Connection, send } from './call.ts'

/** The bytes of (part of) an output. */
export interface OutputBytes {
  readonly data: Uint8Array
  /** Offset of the first byte of `data`. */
  readonly start: number
  /** Length of the whole output. */
  readonly total: number
}

/** Every route as a method. All throw `ApiError` for an error reply, and what `fetch` throws where there is none. */
export interface Client {
  alive(): Promise<void>
  /** Resolves when the server has started. */
  running(): Promise<void>
  stats(): Promise<StatsJson>
  version(): Promise<string>
  jobs(query?: routes.JobsQuery): Promise<readonly JobJson[]>
  job(jobId: string): Promise<JobJson>
  runs(query?: Omit<routes.RunsQuery, 'summary'>): Promise<RunsJson>
  runSummaries(query?: Omit<routes.RunsQuery, 'summary'>): Promise<RunSummariesJson>
  run(runId: string): Promise<RunJson>
  runLog(runId: string): Promise<routes.RunLogJson['run_log']>
  runDependencies(runId: string): Promise<NonNullable<routes.RunDependenciesJson[string]>>
  outputs(runId: string): Promise<readonly OutputJson[]>
  /** Bytes from `start` up to `end` (or to the end), clipped to what there is. */
  output(
    runId: string,
    outputId: string,
    range?: { readonly start: number; readonly end?: number },
  ): Promise<OutputBytes>
  start(runId: string): Promise<void>
  skip(runId: string): Promise<void>
  stop(runId: string): Promise<void>
  signal(runId: string, signal: string): Promise<void>
  mark(runId: string, state: FinishedState): Promise<void>
  rerun(runId: string): Promise<RerunJson>
  schedule(body: routes.ScheduleBody, query?: routes.ScheduleQuery): Promise<RunsJson>
  instants(query: routes.InstantsQuery): Promise<InstantsJson>
  reloadJobs(query?: routes.ReloadQuery): Promise<routes.ReloadJson>
  shutDown(query?: routes.ShutDownQuery): Promise<void>
  connections(): Promise<Readonly<Record<string, ConnectionJson>>>
  groups(): Promise<Readonly<Record<string, readonly ConnectionJson[]>>>
}

const NOTHING = { params: {}, query: {} }

// The same route, read as what `summary` makes of it.
const listRunSummaries: routes.Route<routes.Nothing, routes.RunsQuery, never, RunSummariesJson> = {
  ...routes.listRuns,
  reply: runSummariesJsonSchema,
}

/** A client of one server. */
export function createClient(connection: Connection): Client {
  const ofRun = (runId: string) => ({ params: { run_id: runId }, query: {} })
  return {
    alive: async () => void (await call(connection, routes.alive, NOTHING)),
    running: async () => void (await call(connection, routes.running, NOTHING)),
    stats: () => call(connection, routes.stats, NOTHING),
    version: async () => (await call(connection, routes.version, NOTHING)).version,
    jobs: (query = {}) => call(connection, routes.listJobs, { params: {}, query }),
    job: (jobId) => call(connection, routes.getJob, { params: { job_id: jobId }, query: {} }),
    runs: (query = {}) => call(connection, routes.listRuns, { params: {}, query }),
    runSummaries: (query = {}) =>
      call(connection, listRunSummaries, { params: {}, query: { ...query, summary: true } }),
    run: async (runId) => only((await call(connection, routes.getRun, ofRun(runId))).runs, runId),
    runLog: async (runId) => (await call(connection, routes.getRunLog, ofRun(runId))).run_log,
    runDependencies: async (runId) => only(await call(connection, routes.getRunDependencies, ofRun(runId)), runId),
    outputs: (runId) => call(connection, routes.listOutputs, ofRun(runId)),
    output: (runId, outputId, range) =>
      output(connection, { run_id: runId, output_id: outputId }, range ?? { start: 0 }),
    start: async (runId) => void (await call(connection, routes.startRun, ofRun(runId))),
    skip: async (runId) => void (await call(connection, routes.skipRun, ofRun(runId))),
    stop: async (runId) => void (await call(connection, routes.stopRun, ofRun(runId))),
    signal: async (runId, signal) =>
      void (await call(connection, routes.signalRun, { params: { run_id: runId, signal }, query: {} })),
    mark: async (runId, state) =>
      void (await call(connection, routes.markRun, { params: { run_id: runId, state }, query: {} })),
    rerun: (runId) => call(connection, routes.rerunRun, ofRun(runId)),
    schedule: (body, query = {}) => call(connection, routes.scheduleRun, { params: {}, query, body }),
    instants: (query) => call(connection, routes.listInstants, { params: {}, query }),
    reloadJobs: (query = {}) => call(connection, routes.reloadJobs, { params: {}, query }),
    shutDown: async (query = {}) => void (await call(connection, routes.shutDown, { params: {}, query })),
    connections: () => call(connection, routes.listConnections, NOTHING),
    groups: () => call(connection, routes.listGroups, NOTHING),
  }
}

function only<T>(values: Readonly<Record<string, T>>, name: string): T {
  const value = values[name] ?? Object.values(values)[0]
  if (value === undefined) throw new TypeError(`the reply has nothing of ${name}`)
  return value
}

async function output(
  connection: Connection,
  params: routes.OutputParams,
  range: { readonly start: number; readonly end?: number },
): Promise<OutputBytes> {
  const { start, end } = range
  const whole = start === 0 && end === undefined
  const headers = whole ? {} : { range: `bytes=${start}-${end === undefined ? '' : end - 1}` }
  const reply = await send(connection, routes.getOutput, { params, query: {} }, headers)
  const data = new Uint8Array(await reply.arrayBuffer())
  const given = /^bytes (\d+)-\d+\/(\d+)$/.exec(reply.headers.get('content-range') ?? '')
  if (given === null) return { data, start: 0, total: data.length }
  return { data, start: Number(given[1]), total: Number(given[2]) }
}
