import type { FinishedState } from '@apsis/core/run'
import type {
  BackfillJson,
  BackfillPreviewJson,
  BulkJson,
  ConnectionJson,
  InstantsJson,
  LedgerSummaryJson,
  JobJson,
  OutputJson,
  PauseJson,
  RerunJson,
  RunJson,
  RunSummariesJson,
  RunsJson,
  SanityJson,
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
  jobVersions(jobId: string, query?: routes.JobVersionsQuery): Promise<routes.JobVersionsJson>
  jobDiff(jobId: string, query?: routes.JobDiffQuery): Promise<routes.JobDiffJson>
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
  start(runId: string, reason?: Reason): Promise<void>
  skip(runId: string, reason?: Reason): Promise<void>
  stop(runId: string, reason?: Reason): Promise<void>
  signal(runId: string, signal: string, reason?: Reason): Promise<void>
  mark(runId: string, state: FinishedState, reason?: Reason): Promise<void>
  rerun(runId: string, reason?: Reason): Promise<RerunJson>
  hold(runId: string, body?: routes.HoldBody): Promise<void>
  release(runId: string, reason?: Reason): Promise<void>
  move(runId: string, body: routes.MoveBody): Promise<void>
  /** Only says what would be done, unless `dry_run` is false. */
  bulk(body: routes.BulkBody): Promise<BulkJson>
  pauses(query?: routes.PausesQuery): Promise<readonly PauseJson[]>
  pause(body: routes.PauseBody): Promise<routes.NewPauseJson>
  resume(pauseId: string, reason?: Reason): Promise<PauseJson>
  backfills(): Promise<readonly BackfillJson[]>
  backfill(body: Omit<routes.BackfillBody, 'dry_run'>): Promise<BackfillJson>
  /** What `backfill` would make. */
  previewBackfill(body: Omit<routes.BackfillBody, 'dry_run'>): Promise<BackfillPreviewJson>
  cancelBackfill(backfillId: string, reason?: Reason): Promise<BackfillJson>
  schedule(body: routes.ScheduleBody, query?: routes.ScheduleQuery): Promise<RunsJson>
  instants(query: routes.InstantsQuery): Promise<InstantsJson>
  ledgerSummary(query: routes.LedgerSummaryQuery): Promise<LedgerSummaryJson>
  sanity(): Promise<SanityJson>
  reloadJobs(query?: routes.ReloadQuery): Promise<routes.ReloadJson>
  jobsState(): Promise<routes.JobsStateJson>
  shutDown(query?: routes.ShutDownQuery): Promise<void>
  connections(): Promise<Readonly<Record<string, ConnectionJson>>>
  groups(): Promise<Readonly<Record<string, readonly ConnectionJson[]>>>
  drain(connId: string, query?: routes.DrainQuery): Promise<ConnectionJson>
  undrain(connId: string): Promise<void>
}

/** Why, for the log of the run; null or absent: not said. */
export type Reason = string | null

const NOTHING = { params: {}, query: {} }

// The same route, read as what `summary` makes of it.
const listRunSummaries: routes.Route<routes.Nothing, routes.RunsQuery, never, RunSummariesJson> = {
  ...routes.listRuns,
  reply: runSummariesJsonSchema,
}

/** A client of one server. */
export function createClient(connection: Connection): Client {
  const ofRun = (runId: string) => ({ params: { run_id: runId }, query: {} })
  const why = (reason: Reason | undefined): { body?: routes.ReasonBody } =>
    reason === undefined || reason === null ? {} : { body: { reason } }
  return {
    alive: async () => void (await call(connection, routes.alive, NOTHING)),
    running: async () => void (await call(connection, routes.running, NOTHING)),
    stats: () => call(connection, routes.stats, NOTHING),
    version: async () => (await call(connection, routes.version, NOTHING)).version,
    jobs: (query = {}) => call(connection, routes.listJobs, { params: {}, query }),
    job: (jobId) => call(connection, routes.getJob, { params: { job_id: jobId }, query: {} }),
    jobVersions: (jobId, query = {}) => call(connection, routes.listJobVersions, { params: { job_id: jobId }, query }),
    jobDiff: (jobId, query = {}) => call(connection, routes.diffJobVersions, { params: { job_id: jobId }, query }),
    runs: (query = {}) => call(connection, routes.listRuns, { params: {}, query }),
    runSummaries: (query = {}) =>
      call(connection, listRunSummaries, { params: {}, query: { ...query, summary: true } }),
    run: async (runId) => only((await call(connection, routes.getRun, ofRun(runId))).runs, runId),
    runLog: async (runId) => (await call(connection, routes.getRunLog, ofRun(runId))).run_log,
    runDependencies: async (runId) => only(await call(connection, routes.getRunDependencies, ofRun(runId)), runId),
    outputs: (runId) => call(connection, routes.listOutputs, ofRun(runId)),
    output: (runId, outputId, range) =>
      output(connection, { run_id: runId, output_id: outputId }, range ?? { start: 0 }),
    start: async (runId, reason) => void (await call(connection, routes.startRun, { ...ofRun(runId), ...why(reason) })),
    skip: async (runId, reason) => void (await call(connection, routes.skipRun, { ...ofRun(runId), ...why(reason) })),
    stop: async (runId, reason) => void (await call(connection, routes.stopRun, { ...ofRun(runId), ...why(reason) })),
    signal: async (runId, signal, reason) =>
      void (await call(connection, routes.signalRun, {
        params: { run_id: runId, signal },
        query: {},
        ...why(reason),
      })),
    mark: async (runId, state, reason) =>
      void (await call(connection, routes.markRun, { params: { run_id: runId, state }, query: {}, ...why(reason) })),
    rerun: (runId, reason) => call(connection, routes.rerunRun, { ...ofRun(runId), ...why(reason) }),
    hold: async (runId, body = {}) => void (await call(connection, routes.holdRun, { ...ofRun(runId), body })),
    release: async (runId, reason) =>
      void (await call(connection, routes.releaseRun, { ...ofRun(runId), ...why(reason) })),
    move: async (runId, body) => void (await call(connection, routes.moveRun, { ...ofRun(runId), body })),
    bulk: (body) => call(connection, routes.bulk, { ...NOTHING, body }),
    pauses: async (query = {}) => (await call(connection, routes.listPauses, { params: {}, query })).pauses,
    pause: (body) => call(connection, routes.createPause, { ...NOTHING, body }),
    resume: (pauseId, reason) =>
      call(connection, routes.resumePause, { params: { pause_id: pauseId }, query: {}, ...why(reason) }),
    backfills: async () => (await call(connection, routes.listBackfills, NOTHING)).backfills,
    backfill: async (body) =>
      given((await call(connection, routes.createBackfill, { ...NOTHING, body })).backfill, 'backfill'),
    previewBackfill: async (body) =>
      given(
        (await call(connection, routes.createBackfill, { ...NOTHING, body: { ...body, dry_run: true } })).preview,
        'preview',
      ),
    cancelBackfill: (backfillId, reason) =>
      call(connection, routes.cancelBackfill, { params: { backfill_id: backfillId }, query: {}, ...why(reason) }),
    schedule: (body, query = {}) => call(connection, routes.scheduleRun, { params: {}, query, body }),
    instants: (query) => call(connection, routes.listInstants, { params: {}, query }),
    ledgerSummary: (query) => call(connection, routes.ledgerSummary, { params: {}, query }),
    sanity: () => call(connection, routes.sanity, NOTHING),
    reloadJobs: (query = {}) => call(connection, routes.reloadJobs, { params: {}, query }),
    jobsState: () => call(connection, routes.jobsState, NOTHING),
    shutDown: async (query = {}) => void (await call(connection, routes.shutDown, { params: {}, query })),
    connections: () => call(connection, routes.listConnections, NOTHING),
    groups: () => call(connection, routes.listGroups, NOTHING),
    drain: (connId, query = {}) => call(connection, routes.drainConnection, { params: { conn_id: connId }, query }),
    undrain: async (connId) =>
      void (await call(connection, routes.undrainConnection, { params: { conn_id: connId }, query: {} })),
  }
}

function only<T>(values: Readonly<Record<string, T>>, name: string): T {
  const value = values[name] ?? Object.values(values)[0]
  if (value === undefined) throw new TypeError(`the reply has nothing of ${name}`)
  return value
}

function given<T>(value: T | null, name: string): T {
  if (value === null) throw new TypeError(`the reply has no ${name}`)
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
