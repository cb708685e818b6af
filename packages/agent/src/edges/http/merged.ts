import { encodingOf, flag } from './query.ts'
import { refusal } from './refusal.ts'
import { represent } from './representation.ts'
import type { Handler } from './route.ts'

/** GET /procs/:id/output/merged/data: outputs whose times are recorded, in the order in which they were read. */
export const mergedData: Handler = async ({ agent }, { parameter, query }) => {
  const as = encodingOf(query)
  if (as.kind === 'refusal') return as
  const follow = flag(query, 'follow', false)
  if (follow.kind === 'refusal') return follow
  // In what order parts were read is settled only once they are all there.
  if (follow.value || query.has('start') || query.has('stop'))
    return refusal(400, 'merged output is had whole: without follow, start and stop')
  const found = agent.merged(parameter('id'))
  if (found.kind === 'unknown') return refusal(404)
  if (found.kind === 'untimed')
    return refusal(400, 'no output with times: ask for them with "times": true of a capture')
  return {
    kind: 'stream',
    status: 200,
    headers: {
      'Content-Type': found.text || as.value !== 'raw' ? 'text/plain; charset=utf-8' : 'application/octet-stream',
      'X-Content-Type-Options': 'nosniff',
    },
    length: null,
    live: false,
    compressible: true,
    pieces: (signal) => represent(found.pieces(signal), as.value),
  }
}
