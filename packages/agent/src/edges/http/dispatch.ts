import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admission } from './admission.ts'
import { refusal } from './refusal.ts'
import type { Reply } from './reply.ts'
import { findRoute, type Handler, type Route, type Service } from './route.ts'
import { ROUTES } from './routes.ts'

/** Finds out what a request wants, whether it may, and does it. Never rejects. */
export async function dispatch(
  service: Service,
  refuse: Admission,
  over: 'port' | 'socket',
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply> {
  // Which of them counts would be for each of those on the way to guess.
  if ((request.headersDistinct['host']?.length ?? 0) > 1) return refusal(400, 'more than one Host header')
  const refused = refuse(request.headers, over)
  if (refused !== null) return refused
  const [path = '', ...queries] = (request.url ?? '').split('?')
  const found = findRoute(ROUTES, path)
  if (found.kind === 'none') return refusal(404)
  if (found.kind === 'undecodable') return refusal(400, 'bad path: expected percent-encoded UTF-8')
  const handler = handlerOf(found.route, request.method)
  if (handler === undefined) return refusal(405, null, { Allow: allowed(found.route) })
  const parameter = (name: string): string => found.parameters.get(name) ?? ''
  const query = new URLSearchParams(queries.join('?'))
  try {
    return await handler(service, { request, response, query, parameter })
  } catch (error) {
    // The agent has ended, or a file cannot be read.
    return refusal(request.destroyed ? 400 : 500, error instanceof Error ? error.message : String(error))
  }
}

function handlerOf({ methods }: Route, method: string | undefined): Handler | undefined {
  if (method === 'GET' || method === 'HEAD') return methods.GET
  if (method === 'POST') return methods.POST
  return method === 'DELETE' ? methods.DELETE : undefined
}

function allowed({ methods }: Route): string {
  return Object.keys(methods)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ')
}
