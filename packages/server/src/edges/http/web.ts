import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { answerUnknown } from './errors.ts'
import { failure } from './outcome.ts'
import { sendFailure } from './register.ts'

const INDEX = 'index.html'

/**
 * Serves the web UI from a folder: its files, and its page for every other path outside of `/api`. Null, or a folder that has no page in it: says
 * so to whoever asks.
 */
export async function serveWeb(app: FastifyInstance, folder: string | null): Promise<void> {
  const built = folder !== null && existsSync(join(folder, INDEX))
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: true,
      index: INDEX,
      setHeaders: (response, path) => {
        // The names of built assets carry a hash of what is in them; the page must always be asked for.
        const forever = path.includes('/assets/')
        response.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
        response.header('content-security-policy', "frame-ancestors 'none'")
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const page = (request.method === 'GET' || request.method === 'HEAD') && !/^\/api(\/|$|\?)/.test(request.url)
    if (!page || request.url.startsWith('/assets/')) return answerUnknown(request, reply)
    if (built) return reply.sendFile(INDEX)
    return sendFailure(reply, failure('NOT_FOUND', 'the web UI is not there; the API is below /api/v1'))
  })
}
