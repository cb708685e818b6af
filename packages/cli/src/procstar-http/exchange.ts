import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Target } from './target.ts'

/** The agent refused, or could not be talked to. */
export class HttpFailure extends Error {
  override readonly name: string = 'HttpFailure'
}

/** What is asked of an agent. */
export interface Asking {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body?: string
  /** The proc that this is about: a 404 says that there is none. */
  readonly proc?: string
}

/** Most bytes of an answer that is kept in memory. */
const LONGEST_ANSWER = 256 * 1024 * 1024
const LONGEST_REFUSAL = 64 * 1024

/** Asks, and resolves to the answer once its head is there. Throws HttpFailure where it is not 200 or 206. */
export async function ask(target: Target, asking: Asking): Promise<IncomingMessage> {
  const response = await respond(target, asking)
  const { statusCode = 0 } = response
  if (statusCode === 200 || statusCode === 206) return response
  throw new HttpFailure(refusalText(statusCode, await textOf(response, LONGEST_REFUSAL), asking.proc))
}

/** Asks for JSON and gives the member `data` of the answer. */
export async function askData(target: Target, asking: Asking): Promise<unknown> {
  const text = await textOf(await ask(target, asking), LONGEST_ANSWER)
  const value = parsed(text)
  if (typeof value === 'object' && value !== null && 'data' in value) return value.data
  throw new HttpFailure(`${target.name}: not an answer of an agent`)
}

function respond(target: Target, { method, path, headers, body }: Asking): Promise<IncomingMessage> {
  const options: RequestOptions = {
    ...target.address,
    method,
    path,
    agent: false,
    headers: {
      // A socket has no name of its own.
      ...('socketPath' in target.address ? { Host: 'localhost' } : {}),
      ...(target.token === null ? {} : { Authorization: `Bearer ${target.token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
      ...headers,
    },
  }
  // Taken this way, since to import them as modules loads all of fetch with them: 20 ms.
  const request =
    target.ca === null
      ? process.getBuiltinModule('node:http').request(options)
      : process.getBuiltinModule('node:https').request({ ...options, ca: target.ca })
  return new Promise((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', (error) =>
      reject(new HttpFailure(`cannot talk to ${target.name}: ${error.message}${hint(target, error)}`)),
    )
    request.end(body)
  })
}

// What speaks TLS ends a connection that begins otherwise, or answers with an alert.
function hint({ ca, address }: Target, error: Error): string {
  if (ca !== null || 'socketPath' in address || !('code' in error) || typeof error.code !== 'string') return ''
  return error.code === 'ECONNRESET' || error.code.startsWith('HPE_') ? '; if it speaks TLS, give --cacert' : ''
}

async function textOf(response: IncomingMessage, most: number): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of response) {
      if (!(piece instanceof Buffer)) continue
      length += piece.length
      if (length > most) throw new HttpFailure(`an answer of more than ${most} bytes: ask for less (--no-text)`)
      pieces.push(piece)
    }
  } catch (error) {
    throw error instanceof HttpFailure ? error : new HttpFailure('the answer was cut off')
  }
  return Buffer.concat(pieces).toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function refusalText(status: number, body: string, proc: string | undefined): string {
  const value = parsed(body)
  const errors = typeof value === 'object' && value !== null && 'errors' in value ? value.errors : null
  if (typeof errors !== 'object' || errors === null) return `HTTP ${status}`
  const said = 'status' in errors && typeof errors.status === 'string' ? errors.status : String(status)
  if ('detail' in errors && typeof errors.detail === 'string') return `${errors.detail} (${said})`
  return status === 404 && proc !== undefined ? `no proc: ${proc}` : said
}
