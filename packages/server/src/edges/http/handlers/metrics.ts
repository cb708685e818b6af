import type { FastifyInstance } from 'fastify'
import type { Log } from '../../../engine/index.ts'
import type { Metrics } from '../ports.ts'

/** Where the figures are, in the text format of Prometheus. */
export const METRICS_PATH = '/metrics'

/** Serves the figures of the server, and counts the requests to it: to be called before the routes are registered. */
export function serveMetrics(app: FastifyInstance, metrics: Metrics, log: Log): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    const { statusCode: status, elapsedTime: took } = reply
    metrics.request({ method, route: routeOptions.url ?? null, status, took })
    log.debug?.('request', { method, url: request.url, status, ms: Math.round(took) })
    done()
  })
  app.get(METRICS_PATH, { schema: { hide: true } }, async (_, reply) =>
    reply
      .type(metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await metrics.text()),
  )
}
