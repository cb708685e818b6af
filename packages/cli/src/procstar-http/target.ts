import { readFile } from 'node:fs/promises'
import { UsageError } from '../command/index.ts'

/** What the options say of the agent to talk to. */
export interface TargetOptions {
  readonly host?: string
  readonly port?: string
  readonly socket?: string
  readonly token?: string
  readonly cacert?: string
}

/** An agent's HTTP service. */
export interface Target {
  /** For people. */
  readonly name: string
  readonly address: { readonly host: string; readonly port: number } | { readonly socketPath: string }
  readonly token: string | null
  /** Of TLS: the certificates to trust, in PEM; null: no TLS. */
  readonly ca: string | null
}

const DEFAULT_PORT = 3000

/** Which service is meant. The token is that of the option, else of `PROCSTAR_HTTP_TOKEN`. Throws UsageError. */
export async function targetOf(
  options: TargetOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Target> {
  const { socket, host = '127.0.0.1', cacert } = options
  const token = options.token ?? (environment['PROCSTAR_HTTP_TOKEN'] || null)
  if (token !== null && !/^[\x21-\x7e]+$/.test(token))
    throw new UsageError('the token: expected printable ASCII characters without spaces')
  if (socket !== undefined) {
    if (options.host !== undefined || options.port !== undefined || cacert !== undefined)
      throw new UsageError('--socket goes without --host, --port and --cacert')
    return { name: socket, address: { socketPath: socket }, token, ca: null }
  }
  const port = portOf(options.port)
  const ca = cacert === undefined ? null : await readCertificates(cacert)
  return { name: `${host}:${port}`, address: { host, port }, token, ca }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port >= 1 && port <= 65_535) return port
  throw new UsageError(`--port: expected a number from 1 to 65535, got ${text}`)
}

async function readCertificates(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--cacert: ${error instanceof Error ? error.message : String(error)}`)
  }
}
