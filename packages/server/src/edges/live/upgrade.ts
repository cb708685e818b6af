import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { CLOSE_CODES, FEED_PATH } from '@apsis/api/feed'
import { type ErrorCode, statusOf } from '@apsis/api/error'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Log } from '../../engine/index.ts'
import { originFault } from '../http/origin.ts'
import { type FeedPorts, serveFeed } from './feed-socket.ts'
import { type OutputSocketPorts, serveOutput } from './output-socket.ts'
import { type RunFeedPorts, serveRunFeed } from './run-feed-socket.ts'
import { type RunSocketPorts, serveRunUpdates } from './run-socket.ts'
import { serveSummary, type SummaryPorts } from './summary-socket.ts'

export type SocketPorts = FeedPorts &
  RunSocketPorts &
  RunFeedPorts &
  SummaryPorts &
  OutputSocketPorts & { readonly log: Log }

/** What answers WebSocket upgrades. */
export interface Sockets {
  /** `names`: what the server is called by, beside addresses. */
  upgrade(names: readonly string[], request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Closes every socket with `GOING_AWAY` and takes no more. */
  close(): void
  /** Cuts off sockets that have not answered the close. */
  terminate(): void
}

/** A client says nothing: what it sends is read only so far. */
const MAX_INCOMING = 4 << 10
/** A socket that answers no ping for this long, ms, is cut off. */
const PING = 30_000
/** Sockets open at a time. */
const MAX_SOCKETS = 2_000

type Serve = (socket: WebSocket) => void | Promise<void>

/** The sockets of the API: the live feed, the feed of a run, and those of the existing clients: the summary, the updates of a run, the output of a run. */
export function apiSockets(ports: SocketPorts): Sockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_INCOMING, perMessageDeflate: false })
  const silent = new Set<WebSocket>()
  let closed = false
  const pinging = setInterval(() => {
    for (const socket of server.clients) {
      if (silent.has(socket)) socket.terminate()
      else {
        silent.add(socket)
        socket.ping()
      }
    }
  }, PING)
  pinging.unref()

  const upgrade: Sockets['upgrade'] = (names, request, stream, head) => {
    const target = closed ? refusal('NOT_READY', 'the server is shutting down') : route(names, request, ports)
    if (typeof target !== 'function') return refuse(stream, target)
    if (server.clients.size >= MAX_SOCKETS) return refuse(stream, refusal('BUSY', `${MAX_SOCKETS} sockets are open`))
    server.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => socket.terminate())
      socket.on('pong', () => silent.delete(socket))
      socket.on('close', () => silent.delete(socket))
      Promise.try(target, socket).catch((error: unknown) => {
        ports.log.error('socket failed', {
          url: request.url ?? '',
          error: error instanceof Error ? error.stack : String(error),
        })
        socket.close(CLOSE_CODES.INTERNAL, 'internal error')
      })
    })
  }

  return {
    upgrade,
    close: () => {
      if (closed) return
      closed = true
      clearInterval(pinging)
      for (const socket of server.clients) socket.close(CLOSE_CODES.GOING_AWAY, 'the server shuts down')
    },
    terminate: () => {
      for (const socket of server.clients) socket.terminate()
    },
  }
}

interface Refusal {
  readonly code: ErrorCode
  readonly error: string
}

function refusal(code: ErrorCode, error: string): Refusal {
  return { code, error }
}

const SUMMARY = /^\/api\/v1\/summary\/?$/
const RUN_FEED = /^\/api\/v1\/runs\/([^/]+)\/feed\/?$/
/** Outputs that one reader may follow. */
const MAX_OUTPUTS = 16
const RUN_UPDATES = /^\/api\/v1\/runs\/([^/]+)\/updates\/?$/
const OUTPUT_UPDATES = /^\/api\/v1\/runs\/([^/]+)\/output\/([^/]+)\/updates\/?$/

function route(names: readonly string[], request: IncomingMessage, ports: SocketPorts): Serve | Refusal {
  const fault = originFault(request.headers, names, true)
  if (fault !== null) return refusal('ORIGIN', fault)
  const url = URL.parse(request.url ?? '', 'http://server')
  if (url === null) return refusal('REQUEST_INVALID', 'not a path')
  const path = url.pathname
  if (path === FEED_PATH || path === `${FEED_PATH}/`) {
    const since = wholeNumber(url.searchParams.get('since'))
    if (since === undefined) return refusal('REQUEST_INVALID', 'query since: expected a whole number from 0 on')
    return (socket) => serveFeed(socket, since, ports)
  }
  if (SUMMARY.test(path)) {
    const since = wholeNumber(url.searchParams.get('since'))
    if (since === undefined) return refusal('REQUEST_INVALID', 'query since: expected a whole number from 0 on')
    return (socket) => serveSummary(socket, { init: url.searchParams.has('init'), since }, ports)
  }
  const feed = RUN_FEED.exec(path)
  if (feed !== null) {
    const since = wholeNumber(url.searchParams.get('since'))
    const outputs = wantedOutputs(url.searchParams.getAll('output'))
    if (since === undefined) return refusal('REQUEST_INVALID', 'query since: expected a whole number from 0 on')
    if (outputs === null) {
      return refusal('REQUEST_INVALID', `query output: expected ID:START, at most ${MAX_OUTPUTS} times`)
    }
    return (socket) => serveRunFeed(socket, { runId: feed[1] ?? '', since: since ?? 0, outputs }, ports)
  }
  const run = RUN_UPDATES.exec(path)
  if (run !== null) return (socket) => serveRunUpdates(socket, run[1] ?? '', url.searchParams.has('init'), ports)
  const output = OUTPUT_UPDATES.exec(path)
  if (output !== null) {
    const start = wholeNumber(url.searchParams.get('start'))
    if (start === undefined) return refusal('REQUEST_INVALID', 'query start: expected a whole number from 0 on')
    const outputId = decoded(output[2] ?? '')
    if (outputId === null) return refusal('REQUEST_INVALID', 'path: not properly escaped')
    return (socket) => serveOutput(socket, { runId: output[1] ?? '', outputId, start }, ports)
  }
  return refusal('NOT_FOUND', `no such path: ${path}`)
}

function wantedOutputs(texts: readonly string[]): ReadonlyMap<string, number> | null {
  const outputs = new Map<string, number>()
  for (const text of texts) {
    const match = /^(.+):(\d{1,15})$/.exec(text)
    if (match === null || outputs.size === MAX_OUTPUTS) return null
    outputs.set(match[1] ?? '', Number(match[2]))
  }
  return outputs
}

/** Null when absent, undefined when it is something else. */
function wholeNumber(text: string | null): number | null | undefined {
  if (text === null) return null
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function refuse(stream: Duplex, { code, error }: Refusal): void {
  const body = JSON.stringify({ error, code })
  const head = [
    `HTTP/1.1 ${statusOf(code)} Refused`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  stream.on('error', () => stream.destroy())
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
