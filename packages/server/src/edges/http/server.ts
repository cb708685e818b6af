import { createServer, type Server } from 'node:http'
import type { Address } from '@apsis/core/config'
import type { FastifyServerFactoryHandler } from 'fastify'
import type { Sockets } from '../live/index.ts'
import { type ApiPorts, apiApp } from './app.ts'
import { listen, type ListenFailure } from './listen.ts'
import { ownNames } from './origin.ts'

export interface HttpOptions {
  /** At least one. */
  readonly bind: readonly Address[]
  /** Folder of the built web UI; null for none. */
  readonly web: string | null
  readonly ports: ApiPorts
  /** What answers WebSocket upgrades. */
  readonly sockets: Sockets
}

export interface HttpServer {
  readonly addresses: readonly Address[]
  /** Ends sockets, lets requests end, and cuts off after 3 s what has not. Idempotent. */
  stop(): Promise<void>
}

/** An idle connection is kept for this long, ms: longer than most proxies do, so that they close first. */
const KEEP_ALIVE = 75_000
/** How long a client may take to send a request, ms. */
const REQUEST_TIME = 60_000
/** How long requests may go on when the server stops, ms. */
const GRACE = 3_000

/** Serves the API, its sockets and the web UI on every address, or on none. */
export async function startHttp(
  options: HttpOptions,
): Promise<{ readonly ok: true; readonly server: HttpServer } | ListenFailure> {
  const servers: Server[] = []
  const names = ownNames(options.bind)
  const make = (handler: FastifyServerFactoryHandler): Server => {
    for (const _ of options.bind) {
      const server = createServer({ keepAliveTimeout: KEEP_ALIVE, requestTimeout: REQUEST_TIME }, handler)
      server.on('upgrade', (...upgrade) => options.sockets.upgrade(names, ...upgrade))
      servers.push(server)
    }
    const [first] = servers
    if (first === undefined) throw new TypeError('no address to listen on')
    return first
  }
  const app = await apiApp(options.ports, options.web, names, make)

  let stopping: Promise<void> | null = null
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      options.sockets.close()
      const cut = setTimeout(() => {
        options.sockets.terminate()
        for (const server of servers) server.closeAllConnections()
      }, GRACE)
      await Promise.all(servers.map(closed))
      clearTimeout(cut)
      await app.close()
    })()
    return stopping
  }

  const addresses: Address[] = []
  for (const [index, address] of options.bind.entries()) {
    const server = servers[index]
    if (server === undefined) continue
    const result = await listen(server, address)
    if (!result.ok) {
      await stop()
      return result
    }
    addresses.push(result.address)
  }
  return { ok: true, server: { addresses, stop } }
}

function closed(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve()
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}
