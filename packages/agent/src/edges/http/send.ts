import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { chooseCoding, compressor } from './coding.ts'
import { sortedJson } from './json.ts'
import { type Refusal, refusalText } from './refusal.ts'
import type { Reply, StreamReply } from './reply.ts'

/** A body shorter than this is not worth compressing. */
const LEAST_COMPRESSED = 1024

/** Sends an answer. `stallTimeout`, seconds: a reader that takes nothing for so long is cut off. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  stallTimeout: number,
): Promise<void> {
  if (response.destroyed) return
  // Fewer bytes than were promised would leave the reader waiting: that throws, and cuts the connection.
  response.strictContentLength = true
  if (reply.kind === 'refusal') return sendRefusal(response, reply)
  if (reply.kind === 'data') return sendStream(request, response, jsonReply(reply.data), stallTimeout)
  return sendStream(request, response, reply, stallTimeout)
}

/** Sends a refusal. What is left of the request is not read: the connection ends, unless all of it was. */
export function sendRefusal(response: ServerResponse, reply: Refusal): void {
  const body = refusalText(reply)
  const headers: OutgoingHttpHeaders = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...reply.headers,
  }
  if (!response.req.complete) headers['Connection'] = 'close'
  response.writeHead(reply.status, headers).end(body)
}

function jsonReply(value: unknown): StreamReply {
  const body = Buffer.from(sortedJson({ data: value }))
  return {
    kind: 'stream',
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    length: body.length,
    live: false,
    compressible: true,
    async *pieces() {
      yield body
    },
  }
}

async function sendStream(
  request: IncomingMessage,
  response: ServerResponse,
  reply: StreamReply,
  stallTimeout: number,
): Promise<void> {
  const { status, length, live, compressible, pieces } = reply
  const worthwhile = compressible && (length === null || length >= LEAST_COMPRESSED)
  const coding = worthwhile ? chooseCoding(request.headers['accept-encoding']) : null
  response.writeHead(status, {
    ...reply.headers,
    ...(worthwhile ? { Vary: 'Accept-Encoding' } : {}),
    ...(coding === null ? {} : { 'Content-Encoding': coding }),
    ...(coding === null && length !== null ? { 'Content-Length': length } : {}),
  })
  if (request.method === 'HEAD') return void response.end()
  // The head at once: the first piece may be long in coming.
  if (live) response.flushHeaders()
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const reader = new Reader(response, stallTimeout, gone.signal)
  try {
    const body = pieces(gone.signal)
    if (coding === null) for await (const piece of body) await reader.write(piece)
    else await compressed(await compressor(coding), body, live, reader)
    response.end()
  } catch {
    // Too late for another status; a connection that is cut says that this is not all.
    response.destroy()
  }
}

type Compressor = Awaited<ReturnType<typeof compressor>>

async function compressed(
  zip: Compressor,
  body: AsyncIterable<Uint8Array>,
  live: boolean,
  reader: Reader,
): Promise<void> {
  const fed = (async () => {
    try {
      for await (const piece of body) {
        await new Promise<void>((resolve) => {
          const written = (): void => (live ? zip.flush(resolve) : resolve())
          zip.write(piece, written)
        })
        if (reader.gone) break
      }
      zip.end()
    } catch (error) {
      zip.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  })()
  try {
    for await (const piece of zip) if (piece instanceof Buffer) await reader.write(piece)
  } finally {
    zip.destroy()
  }
  await fed
}

/** Whoever takes the answer, at its own pace. */
class Reader {
  readonly #response: ServerResponse
  readonly #stallTimeout: number
  readonly #signal: AbortSignal

  constructor(response: ServerResponse, stallTimeout: number, signal: AbortSignal) {
    this.#response = response
    this.#stallTimeout = stallTimeout
    this.#signal = signal
  }

  get gone(): boolean {
    return this.#signal.aborted
  }

  /** Writes, and resolves when more may come: no more than one piece waits in memory. */
  async write(piece: Uint8Array): Promise<void> {
    if (this.gone || piece.length === 0 || this.#response.write(piece)) return
    const ready = Promise.withResolvers<void>()
    const stalled = setTimeout(() => this.#response.destroy(), this.#stallTimeout * 1000)
    const go = (): void => ready.resolve()
    this.#response.once('drain', go)
    this.#signal.addEventListener('abort', go, { once: true })
    await ready.promise
    clearTimeout(stalled)
    this.#response.off('drain', go)
    this.#signal.removeEventListener('abort', go)
  }
}
