import { statusOf } from '@apsis/api/error'
import type { AnyRoute, Route } from '@apsis/api/routes'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { routeDocs } from './docs.ts'
import type { Failure, Outcome, Streamed } from './outcome.ts'
import { malformed, readPart } from './problems.ts'

/** A request that has the form of its route. */
export interface Input<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly headers: FastifyRequest['headers']
  /** A signal that is aborted when the caller is gone before the reply was sent whole. */
  readonly gone: () => AbortSignal
}

/** Answers requests of a route. What it throws is a defect, or the outside world: the caller sees `INTERNAL`. */
export type Handler<Params, Query, Body, Reply> = (
  input: Input<Params, Query, Body>,
) => Promise<Outcome<Reply> | Streamed>

/** Serves a route: reads path, query and body by its schemas, and sends what the handler says. */
export function register<Params, Query, Body, Reply>(
  app: FastifyInstance,
  route: Route<Params, Query, Body, Reply>,
  handler: Handler<Params, Query, Body, Reply>,
): void {
  app.route({
    method: [...route.methods],
    url: serverPath(route),
    schema: routeDocs(route),
    handler: async (request, reply) => {
      const input = readInput(route, request, () => whenGone(reply))
      if (!input.ok) return sendFailure(reply, input.failure)
      const outcome = await handler(input.input)
      if (!outcome.ok) return sendFailure(reply, outcome)
      if ('stream' in outcome) return reply.code(outcome.status).headers(outcome.headers).send(outcome.stream)
      return reply.type('application/json').send(JSON.stringify(outcome.value))
    },
  })
}

/** Sends a refusal. */
export function sendFailure(reply: FastifyReply, failure: Failure): FastifyReply {
  const { code, error, details, jobErrors, headers = {} } = failure
  const body = {
    error,
    code,
    ...(details === undefined ? {} : { details }),
    ...(jobErrors === undefined ? {} : { job_errors: jobErrors }),
  }
  return reply.code(statusOf(code)).headers(headers).type('application/json').send(JSON.stringify(body))
}

/** The path in the form of the router: a rest parameter is a star. */
function serverPath(route: AnyRoute): string {
  return route.path.replace(/\*[a-z_]+$/, '*')
}

function whenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort()
  })
  return gone.signal
}

function readInput<Params, Query, Body, Reply>(
  route: Route<Params, Query, Body, Reply>,
  request: FastifyRequest,
  gone: () => AbortSignal,
): { ok: true; input: Input<Params, Query, Body> } | { ok: false; failure: Failure } {
  const params = readPart('path', route.params, namedParams(route, request.params))
  const query = readPart('query', route.query, request.query)
  const body = readBody(route, request.body)
  if (params.ok && query.ok && body.ok) {
    return {
      ok: true,
      input: { params: params.value, query: query.value, body: body.value, headers: request.headers, gone },
    }
  }
  const problems = [params, query, body].flatMap((part) => (part.ok ? [] : part.problems))
  return { ok: false, failure: malformed(problems) }
}

function namedParams(route: AnyRoute, params: unknown): unknown {
  const rest = /\*([a-z_]+)$/.exec(route.path)?.[1]
  if (rest === undefined || typeof params !== 'object' || params === null || !('*' in params)) return params
  return { ...params, [rest]: params['*'] }
}

function readBody<Body>(route: AnyBody<Body>, text: unknown): ReturnType<typeof readPart<Body>> {
  // A route without a body is typed `never` there: nothing reads the value.
  if (route.body === null) return { ok: true, value: undefined as never }
  if (typeof text !== 'string' || text === '') {
    // A body that may be missing is one whose schema takes none.
    const none = route.body.safeParse(undefined)
    return none.success ? { ok: true, value: none.data } : absent('expected a JSON body')
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return absent(`not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  return readPart('body', route.body, json)
}

type AnyBody<Body> = Pick<Route<unknown, unknown, Body, unknown>, 'body'>

function absent(message: string): { ok: false; problems: [{ in: 'body'; path: ''; message: string }] } {
  return { ok: false, problems: [{ in: 'body', path: '', message }] }
}
