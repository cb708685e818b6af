import { readFile } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AgentHandle, LogLevel } from '../../main/index.ts'
import { type HttpOptions, isLoopback } from '../../options/index.ts'
import { admission } from './admission.ts'
import { AnswerBudget } from './answer-budget.ts'
import { BodyBudget } from './body.ts'
import { dispatch } from './dispatch.ts'
import { rawRefusal, refusal } from './refusal.ts'
import { send } from './send.ts'
import { listening, listenOnSocket } from './unix-socket.ts'

/** A service that runs. */
export interface HttpService {
  /** The port that it listens on; null without one. */
  readonly port: number | null
  readonly socket: string | null
  /** Takes no more connections, lets answers that are on their way go out for `grace` ms, then ends them. */
  close(grace?: number): Promise<void>
}

type Log = (level: LogLevel, text: string) => void

/** Bytes of the head of a request. */
const LONGEST_HEAD = 16 * 1024
/** How long an idle connection is kept, ms. */
const KEEP_ALIVE = 60_000
/** How long answers may take to go out when the service ends, ms. */
const GRACE = 1_000

/**
 * Serves an agent by HTTP. Resolves when it listens; throws an Error that says what cannot be listened on or read. Rules: SPEC.md. To end it is for
 * whoever started it: an agent that ends does not.
 */
export async function startHttpService(options: HttpOptions, agent: AgentHandle, log: Log): Promise<HttpService> {
  const { host, port, socket, token } = options
  const service = { agent, budget: new BodyBudget(), answers: new AnswerBudget(), options }
  const refuse = admission(options)
  const serve =
    (over: 'port' | 'socket') =>
    (request: IncomingMessage, response: ServerResponse): void => {
      // A reader that went away is no news.
      response.on('error', () => {})
      void dispatch(service, refuse, over, request, response).then((reply) =>
        send(request, response, reply, options.stallTimeout),
      )
    }
  const servers: Server[] = []
  const undo: (() => Promise<void>)[] = []
  const close = async (grace = GRACE): Promise<void> => {
    await Promise.all(servers.map((server) => closed(server, grace)))
    for (const step of undo) await step()
  }
  try {
    let listensOn: number | null = null
    if (port !== null) {
      const server = prepared(await portServer(options), options, serve('port'))
      servers.push(server)
      await listening(server, () => server.listen({ host, port }))
      const address = server.address()
      listensOn = typeof address === 'object' && address !== null ? address.port : port
      log('info', `Listening on ${options.cert === null ? 'http' : 'https'}://${urlHost(host)}:${listensOn}`)
      if (token === null && isLoopback(host))
        log(
          'warn',
          `HTTP on ${host} without a token: every user of this host can run commands as this one (PROCSTAR_HTTP_TOKEN, or a socket)`,
        )
      else if (options.cert === null && !isLoopback(host))
        log('warn', `HTTP on ${host} without TLS: the token can be read on its way (PROCSTAR_HTTP_CERT and _KEY)`)
    }
    if (socket !== null) {
      const server = prepared(
        process.getBuiltinModule('node:http').createServer(limits(options)),
        options,
        serve('socket'),
      )
      servers.push(server)
      undo.push(await listenOnSocket(server, socket, options.socketMode))
      log('info', `Listening on ${socket}`)
    }
    return { port: listensOn, socket, close }
  } catch (error) {
    await close(0)
    throw error
  }
}

// Taken this way, since to import it as a module loads all of fetch with it: 20 ms.
async function portServer(options: HttpOptions): Promise<Server> {
  const { cert, key } = options
  if (cert === null || key === null) return process.getBuiltinModule('node:http').createServer(limits(options))
  const pem = {
    cert: await readPem(cert, 'the certificate (--serve-cert, PROCSTAR_HTTP_CERT)'),
    key: await readPem(key, 'its key (--serve-key, PROCSTAR_HTTP_KEY)'),
  }
  const timeout = options.headTimeout * 1000
  try {
    return process
      .getBuiltinModule('node:https')
      .createServer({ ...limits(options), handshakeTimeout: timeout, ...pem })
  } catch (error) {
    throw new Error(`${cert} and ${key} are no certificate and its key: ${reasonOf(error)}`, { cause: error })
  }
}

async function readPem(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new Error(`cannot read ${what}: ${reasonOf(error)}`, { cause: error })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function limits({ headTimeout, requestTimeout }: HttpOptions): ServerOptions {
  return {
    maxHeaderSize: LONGEST_HEAD,
    headersTimeout: headTimeout * 1000,
    requestTimeout: Math.max(requestTimeout, headTimeout) * 1000,
    keepAliveTimeout: KEEP_ALIVE,
    connectionsCheckingInterval: Math.min(5_000, headTimeout * 500),
    // Answered here, so that it is said in the body as everything else.
    requireHostHeader: false,
    noDelay: true,
  }
}

function prepared(
  server: Server,
  { maxConnections }: HttpOptions,
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  server.maxConnections = maxConnections
  server.on('request', serve)
  // The body is asked for only when the request is let in.
  server.on('checkContinue', serve)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseUnreadable(error, socket))
  return server
}

function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const status = STATUS.get(error.code) ?? 400
  socket.end(rawRefusal(refusal(status, `bad request: ${error.message}`)), () => socket.destroy())
}

const STATUS: ReadonlyMap<string | undefined, 408 | 413 | 431> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
])

async function closed(server: Server, grace: number): Promise<void> {
  if (!server.listening) return
  const done = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const late = setTimeout(() => server.closeAllConnections(), grace)
  await done
  clearTimeout(late)
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
