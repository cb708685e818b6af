import { Readable } from 'node:stream'
import { OUTPUT_CONTENT_TYPE, outputJson } from '@apsis/api/json'
import { getOutput, listOutputs } from '@apsis/api/routes'
import { parseRunId, type RunId } from '@apsis/core/run'
import type { FastifyInstance } from 'fastify'
import { failure, success } from '../outcome.ts'
import type { History } from '../ports.ts'
import { parseRange } from '../range.ts'
import { register } from '../register.ts'
import { outputOf, outputsOf } from '../run-outputs.ts'
import { findRun } from './runs.ts'

/** Bytes read from the store at a time. */
const PIECE = 1 << 20

/** Serves the routes that read outputs. */
export function serveOutputs(app: FastifyInstance, history: Pick<History, 'run' | 'outputs' | 'output'>): void {
  register(app, listOutputs, async ({ params }) => {
    const id = parseRunId(params.run_id)
    const outputs = id === null ? [] : await outputsOf(history, id)
    return success(outputs.map(({ outputId, length }) => outputJson(outputId, length)))
  })
  register(app, getOutput, async ({ params, headers }) => {
    const run = await findRun(history, params.run_id)
    if (!run.ok) return run
    const { id } = run.value
    const info = (await outputsOf(history, id)).find(({ outputId }) => outputId === params.output_id)
    if (info === undefined) return failure('OUTPUT_UNKNOWN', `no output ${params.output_id} for ${id}`)
    const range = parseRange(headers.range, info.length)
    if (range === 'outside') {
      const refusal = failure(
        'RANGE',
        `range ${headers.range ?? ''} lies outside of the output, which has ${info.length} bytes`,
      )
      return { ...refusal, headers: { 'content-range': `bytes */${info.length}` } }
    }
    const { start, end } = range ?? { start: 0, end: info.length }
    const stream = Readable.from(pieces(history, id, params.output_id, start, end), { objectMode: false })
    return {
      ok: true,
      status: range === null ? 200 : 206,
      headers: {
        'content-type': OUTPUT_CONTENT_TYPE,
        'content-length': String(end - start),
        'accept-ranges': 'bytes',
        ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${info.length}` }),
      },
      stream,
    }
  })
}

async function* pieces(
  history: Pick<History, 'run' | 'output'>,
  id: RunId,
  outputId: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const piece = await outputOf(history, id, outputId, at, Math.min(end, at + PIECE))
    // Removed meanwhile: the length was promised, so the reply must break off.
    if (piece === null || piece.length === 0) throw new Error(`output ${outputId} of ${id} ends at ${at}`)
    yield piece
    at += piece.length
  }
}
