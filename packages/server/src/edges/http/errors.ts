import { statusOf } from '@apsis/api/error'
import { ROUTES } from '@apsis/api/routes'
import { StoreError } from '@apsis/store/port'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { JobChangeRefused, type Log, StoreBusy } from '../../engine/index.ts'
import { type Failure, failure } from './outcome.ts'
import { sendFailure } from './register.ts'

/** What is answered to a request that failed before or in its handler. */
export function failureOf(error: FastifyError | StoreError | Error): Failure {
  if (error instanceof StoreError) {
    if (error.code === 'STORE_TIMEOUT' || error.code === 'STORE_CANCELLED')
      return failure('READ_TIMEOUT', error.message)
    // A cursor or a limit that no store could take: it comes from the caller, and nothing was read or written.
    if (error.code === 'STORE_REQUEST') return failure('REQUEST_INVALID', error.message)
    return error.code === 'STORE_CLOSED'
      ? failure('NOT_READY', 'the server is shutting down')
      : failure('INTERNAL', `the store failed: ${error.message}`)
  }
  if (error instanceof JobChangeRefused || error instanceof StoreBusy) return failure(error.code, error.message)
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status === statusOf('BODY_TOO_LARGE')) return failure('BODY_TOO_LARGE', 'the body of the request is too large')
  if (status !== undefined && status >= 400 && status < 500) return failure('REQUEST_INVALID', error.message)
  return failure('INTERNAL', 'internal error; the log of the server says more')
}

/** Answers and logs what a handler throws. */
export function answerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const refusal = failureOf(error)
    if (refusal.code === 'INTERNAL') {
      log.error('request failed', { method: request.method, url: request.url, error: error.stack ?? error.message })
    }
    return sendFailure(reply, refusal)
  })
}

const PATTERNS = ROUTES.map((route) => ({
  methods: route.methods,
  pattern: new RegExp(`^${route.path.replace(/:[a-z_]+/g, '[^/]+').replace(/\*[a-z_]+$/, '.+')}/?$`),
}))

/** Answers a request that no route takes: JSON, and 405 where another method would do. */
export function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ''] = request.url.split('?', 1)
  const methods = PATTERNS.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods)
  if (methods.length === 0) return sendFailure(reply, failure('NOT_FOUND', `no such path: ${path}`))
  const allow = [...new Set(methods)].join(', ')
  const refusal = failure('METHOD_NOT_ALLOWED', `${request.method} is not possible here; possible are: ${allow}`)
  return sendFailure(reply, { ...refusal, headers: { allow } })
}
