import { type Environment, isWhole, type Parsed } from './options.ts'

/** How to serve HTTP. Times in seconds. */
export interface HttpOptions {
  /** Address to listen on. Any but a loopback one needs a token. */
  readonly host: string
  /** 1 to 65535, 0 for any that is free, null for a socket only. */
  readonly port: number | null
  /** Path of a Unix socket to listen on, too or instead. */
  readonly socket: string | null
  /** Permissions of the socket: 0 to 0o777. */
  readonly socketMode: number
  /** What a request has to bring as `Authorization: Bearer TOKEN`; null: nothing. */
  readonly token: string | null
  /** PEM files of the certificate and its key; both or none. The Unix socket is without TLS in any case. */
  readonly cert: string | null
  readonly key: string | null
  /** Further names that requests to a loopback address may have in `Host`. */
  readonly names: readonly string[]
  /** Connections at a time, of the port and of the socket each; one beyond is closed at once. */
  readonly maxConnections: number
  /** Until the head of a request must be there; and until all of it must be. */
  readonly headTimeout: number
  readonly requestTimeout: number
  /** How long a reader may take nothing of an answer before it is cut off. */
  readonly stallTimeout: number
}

/** Options as given by somebody; what is missing comes from the environment or a default. */
export type GivenHttpOptions = { readonly [K in keyof HttpOptions]?: HttpOptions[K] | undefined }

const LONGEST_TOKEN = 1000
/** Bytes of a Unix socket's path that the kernel takes. */
const LONGEST_SOCKET = 107

/**
 * Completes options: what is given, else `PROCSTAR_HTTP_TOKEN`, `_CERT`, `_KEY`, else the defaults of existing agents (127.0.0.1, port 3000;
 * spec/procstar.md 1). An empty variable counts as absent. The error says which option is wrong, and what was expected.
 */
export function httpOptions(given: GivenHttpOptions, env: Environment): Parsed<HttpOptions> {
  const variable = (name: string): string | null => env[name] || null
  const options: HttpOptions = {
    host: given.host ?? '127.0.0.1',
    port: given.port === undefined ? ((given.socket ?? null) === null ? 3000 : null) : given.port,
    socket: given.socket ?? null,
    socketMode: given.socketMode ?? 0o600,
    token: given.token === undefined ? variable('PROCSTAR_HTTP_TOKEN') : given.token,
    cert: given.cert === undefined ? variable('PROCSTAR_HTTP_CERT') : given.cert,
    key: given.key === undefined ? variable('PROCSTAR_HTTP_KEY') : given.key,
    names: given.names ?? [],
    maxConnections: given.maxConnections ?? 256,
    headTimeout: given.headTimeout ?? 10,
    requestTimeout: given.requestTimeout ?? 300,
    stallTimeout: given.stallTimeout ?? 300,
  }
  const error = problem(options)
  return error === null ? { ok: true, value: options } : { ok: false, error }
}

function problem(options: HttpOptions): string | null {
  const { host, port, socket, socketMode, token, cert, key, maxConnections } = options
  if (port === null && socket === null) return 'port: expected one, or a socket'
  if (port !== null && !isWhole(port, 0, 65_535)) return `port: expected a whole number from 0 to 65535, got ${port}`
  if (socket !== null && (socket === '' || socket.includes('\0') || Buffer.byteLength(socket) > LONGEST_SOCKET))
    return `socket: expected a path of 1 to ${LONGEST_SOCKET} bytes`
  if (!isWhole(socketMode, 0, 0o777)) return `socketMode: expected permissions from 0 to 0o777, got ${socketMode}`
  if (token !== null && (token.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(token)))
    return `token: expected 1 to ${LONGEST_TOKEN} printable ASCII characters without spaces`
  if ((cert === null) !== (key === null))
    return `${cert === null ? 'cert' : 'key'}: a certificate and its key go together`
  if (port !== null && !isLoopback(host) && token === null)
    return `token: expected one, as ${host} can be reached from other hosts (PROCSTAR_HTTP_TOKEN)`
  if (!isWhole(maxConnections, 1, 100_000))
    return `maxConnections: expected a whole number from 1 to 100000, got ${maxConnections}`
  for (const name of ['headTimeout', 'requestTimeout', 'stallTimeout'] as const) {
    const value = options[name]
    if (!(value >= 0.05 && value <= 86_400)) return `${name}: expected seconds from 0.05 to 86400, got ${value}`
  }
  return null
}

/** Whether an address to listen on is reached from this host only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
