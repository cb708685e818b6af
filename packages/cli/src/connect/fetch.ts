import type { IncomingMessage } from 'node:http'
import type { Fetch, FetchReply } from '@apsis/api/client'

/**
 * `fetch` of one request over `node:http`, without redirects: Node's own takes longer to load than all that a command does. An import would load
 * Node's own, too, so the module is asked for by name. Where there is no (whole) reply it rejects with a TypeError that has the cause, as `fetch` does.
 */
export const nodeFetch: Fetch = async (url, { method, headers, body }) => {
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http')
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers }, resolve)
      .on('error', (cause) => reject(failed(cause)))
      .end(body)
  })
  return replyOf(reply)
}

function replyOf(reply: IncomingMessage): FetchReply {
  const bytes = async (): Promise<Buffer<ArrayBuffer>> => {
    const pieces: Uint8Array[] = []
    try {
      for await (const piece of reply) if (piece instanceof Uint8Array) pieces.push(piece)
    } catch (cause) {
      throw failed(cause)
    }
    return Buffer.concat(pieces)
  }
  return {
    status: reply.statusCode ?? 0,
    headers: {
      get: (name) => {
        const value = reply.headers[name.toLowerCase()]
        return Array.isArray(value) ? value.join(', ') : (value ?? null)
      },
    },
    text: async () => (await bytes()).toString('utf8'),
    arrayBuffer: async () => new Uint8Array(await bytes()).buffer,
  }
}

function failed(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause })
}
