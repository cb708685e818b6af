import type { Server } from 'node:http'
import type { Instant } from '@apsis/core/time'
import fastify, { type FastifyInstance, type FastifyServerFactoryHandler } from 'fastify'
import type { Log } from '../../engine/index.ts'
import { serveDocs } from './docs.ts'
import { answerErrors, failureOf } from './errors.ts'
import { serveBackfills } from './handlers/backfills.ts'
import { serveBulk } from './handlers/bulk.ts'
import { serveInstants } from './handlers/instants.ts'
import { serveMetrics } from './handlers/metrics.ts'
import { serveJobs } from './handlers/jobs.ts'
import { serveOperations } from './handlers/operations.ts'
import { serveOutputs } from './handlers/outputs.ts'
import { servePauses } from './handlers/pauses.ts'
import { serveProcstar } from './handlers/procstar.ts'
import { serveRuns } from './handlers/runs.ts'
import { serveSchedule } from './handlers/schedule.ts'
import { serveServer } from './handlers/server.ts'
import { serveVersions } from './handlers/versions.ts'
import { originFault } from './origin.ts'
import { failure } from './outcome.ts'
import type {
  AdHocJobs,
  AgentList,
  Collections,
  EngineLoad,
  History,
  JobFolder,
  Jobs,
  LedgerChecks,
  LoopDelay,
  Metrics,
  RunCommands,
  ServerControl,
  WaitReasons,
} from './ports.ts'
import { sendFailure } from './register.ts'
import { serveWeb } from './web.ts'

/** Everything that the API needs of the rest of the server. */
export interface ApiPorts {
  readonly commands: RunCommands
  readonly history: History
  readonly checks: LedgerChecks
  readonly jobs: Jobs
  readonly adHoc: AdHocJobs
  readonly folder: JobFolder
  readonly agents: AgentList
  readonly control: ServerControl
  readonly engine: EngineLoad & WaitReasons
  readonly delay: LoopDelay
  readonly gc: Collections
  readonly metrics: Metrics
  readonly feed: { readonly seq: number; readonly followers: number }
  readonly now: () => Instant
  /** Runs that changed last before this are not listed, unless by id; null: all are. */
  readonly oldest: Instant | null
  readonly log: Log
}

/** Largest body of a request, bytes: a job document, and no more. */
export const BODY_LIMIT: number = 4 << 20
/** Longest path parameter: job ids are paths. */
const PARAM_LIMIT = 4096

/**
 * The API and the web UI as a handler of requests; nothing listens yet. `names`: what the server is called by, beside addresses. `servers` makes
 * the HTTP server of the handler.
 */
export async function apiApp(
  ports: ApiPorts,
  web: string | null,
  names: readonly string[],
  servers: (handler: FastifyServerFactoryHandler) => Server,
): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    serverFactory: servers,
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: PARAM_LIMIT },
    frameworkErrors: (error, _, reply) => {
      sendFailure(reply, failureOf(error))
    },
  })
  app.removeAllContentTypeParsers()
  // Whatever type is said: the existing server reads any body as JSON. Routes that take no body ignore it.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body))
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    const fault = originFault(request.headers, names, request.method !== 'GET' && request.method !== 'HEAD')
    return fault === null ? undefined : sendFailure(reply, failure('ORIGIN', fault))
  })
  answerErrors(app, ports.log)
  serveMetrics(app, ports.metrics, ports.log)
  await serveDocs(app, ports.control.version)
  serveServer(app, ports)
  serveJobs(app, ports)
  serveVersions(app, ports)
  serveRuns(app, ports)
  serveSchedule(app, ports)
  serveOperations(app, ports)
  serveBulk(app, ports)
  servePauses(app, ports)
  serveBackfills(app, ports)
  serveOutputs(app, ports.history)
  serveInstants(app, ports.history, ports.checks, ports.now)
  serveProcstar(app, ports.agents)
  await serveWeb(app, web)
  await app.ready()
  return app
}
