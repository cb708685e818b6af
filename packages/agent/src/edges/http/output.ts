import type { OutgoingHttpHeaders } from 'node:http'
import { fdNumber } from '@apsis/wire/spec'
import type { DroppedRange, OutputLook, OutputSource } from '../../main/index.ts'
import { keptBytes } from './kept.ts'
import { followed, type Interval, pieces } from './output-pieces.ts'
import { encodingOf, flag, offset } from './query.ts'
import { parseRange } from './range.ts'
import { type Refusal, refusal } from './refusal.ts'
import type { Reply, StreamReply } from './reply.ts'
import { type Representation, represent, unfinished } from './representation.ts'
import type { Exchange, Handler } from './route.ts'

/** GET /procs/:id/output/:fd/data */
export const outputData: Handler = async ({ agent }, exchange) => {
  const name = exchange.parameter('fd')
  const fd = fdNumber(name)
  if (fd === null) return refusal(400, `bad fd: ${name}`)
  const found = agent.output(exchange.parameter('id'), fd)
  if (found.kind === 'unknown') return refusal(404)
  if (found.kind === 'unlisted') return refusal(400, `no fd: ${fd}`)
  // As existing agents: listed and not captured is empty.
  if (found.kind === 'uncaptured') return stream(200, {}, 0, 'raw', async function* () {})
  return captured(found.source, exchange)
}

interface Asked {
  readonly kind: 'asked'
  readonly as: Representation
  readonly follow: boolean
  readonly start: number | null
  readonly stop: number | null
}

async function captured(source: OutputSource, exchange: Exchange): Promise<Reply> {
  const { request, query } = exchange
  const asked = readQuery(query)
  if (asked.kind === 'refusal') return asked
  // Before the length: what was written before a proc's end is in it.
  const ended = source.ended()
  const look = await source.look()
  const { length, dropped } = look
  const headers = headersOf(source, asked.as, ended, dropped)
  const given = asked.start !== null || asked.stop !== null
  // A range of what it was when it was asked about before: no such condition can hold, as outputs have no tags (RFC 9110, 13.1.5).
  const header = request.headers['if-range'] === undefined ? request.headers.range : undefined
  if (header !== undefined && (given || asked.follow || asked.as !== 'raw'))
    return refusal(400, 'Range is for output as it is and without follow: use start and stop')
  const range = parseRange(header, length)
  if (range === 'unsatisfiable') return beyond(length)
  if (range !== null) {
    // Offsets are those of all that was written; a part with a gap in it would be no part.
    if (keptBytes(range, dropped) < range.stop - range.start)
      return refusal(416, `not kept: bytes ${dropped?.start} to ${dropped?.stop}`, {
        'Procstar-Dropped': headers['Procstar-Dropped'],
      })
    const total = ended ? String(length) : '*'
    const contentRange = `bytes ${range.start}-${range.stop - 1}/${total}`
    return part(source, 206, { ...headers, 'Content-Range': contentRange }, range, look, asked.as)
  }
  const start = asked.start ?? 0
  if (asked.follow) {
    const interval = { start, stop: asked.stop ?? Infinity }
    const live = { ...headers, 'Procstar-Start': start, 'Cache-Control': 'no-store' }
    return stream(200, live, null, asked.as, (signal) => followed(source, interval, signal), true)
  }
  if (start > length) return beyond(length)
  const stop = Math.max(start, Math.min(asked.stop ?? length, length))
  const last = asked.as === 'utf-8' && !(ended && stop === length) ? await wholeCharacters(source, start, stop) : stop
  const which = given || asked.as !== 'raw' ? { 'Procstar-Start': start, 'Procstar-Stop': last } : {}
  return part(source, 200, { ...headers, ...which }, { start, stop: last }, look, asked.as)
}

function readQuery(query: URLSearchParams): Asked | Refusal {
  const follow = flag(query, 'follow', false)
  if (follow.kind === 'refusal') return follow
  const start = offset(query, 'start')
  if (start.kind === 'refusal') return start
  const stop = offset(query, 'stop')
  if (stop.kind === 'refusal') return stop
  if (stop.value !== null && stop.value < (start.value ?? 0)) return refusal(400, 'stop: expected one from start on')
  const as = encodingOf(query)
  if (as.kind === 'refusal') return as
  return { kind: 'asked', as: as.value, follow: follow.value, start: start.value, stop: stop.value }
}

function headersOf(
  source: OutputSource,
  as: Representation,
  ended: boolean,
  dropped: DroppedRange | null,
): OutgoingHttpHeaders {
  const text = as === 'raw' ? source.encoding === 'utf-8' : true
  return {
    'Content-Type': text ? 'text/plain; charset=utf-8' : 'application/octet-stream',
    // Whoever looks at output in a browser sees text, whatever a proc wrote.
    'X-Content-Type-Options': 'nosniff',
    'Accept-Ranges': 'bytes',
    'Procstar-Ended': String(ended),
    ...(dropped === null ? {} : { 'Procstar-Dropped': `${dropped.start}-${dropped.stop}` }),
  }
}

function beyond(length: number): Refusal {
  return refusal(416, `there are ${length} bytes`, { 'Content-Range': `bytes */${length}` })
}

/** Where to end, so that the last character is whole: its rest is yet to come. */
async function wholeCharacters(source: OutputSource, start: number, stop: number): Promise<number> {
  const from = Math.max(start, stop - 3)
  return stop - unfinished(await source.read(from, stop - from))
}

function part(
  source: OutputSource,
  status: 200 | 206,
  headers: OutgoingHttpHeaders,
  interval: Interval,
  look: OutputLook,
  as: Representation,
): StreamReply {
  // What may yet be dropped may not come: no length is promised.
  const length = look.mayLose ? null : keptBytes(interval, look.dropped)
  return stream(status, headers, length, as, (signal) => pieces(source, interval, look, signal))
}

function stream(
  status: 200 | 206,
  headers: OutgoingHttpHeaders,
  bytes: number | null,
  as: Representation,
  make: StreamReply['pieces'],
  live = false,
): StreamReply {
  return {
    kind: 'stream',
    status,
    headers: { 'Content-Type': 'application/octet-stream', ...headers },
    length: bytes === null ? null : as === 'raw' ? bytes : as === 'base64' ? 4 * Math.ceil(bytes / 3) : null,
    live,
    // A range is of the bytes as they are.
    compressible: status === 200,
    pieces: (signal) => represent(make(signal), as),
  }
}
