import type { IncomingMessage, ServerResponse } from 'node:http'
import { readJson as parseJson } from '../../input/index.ts'
import { type Refusal, refusal } from './refusal.ts'

/** Longest body of a request, bytes. */
export const LONGEST_BODY: number = 64 * 1024 * 1024
/** Bytes of bodies that may be on their way at a time, of all requests. */
const MOST_AT_A_TIME = 2 * LONGEST_BODY

/** The bytes of bodies that are being received, over all connections. */
export class BodyBudget {
  #used = 0

  /** Takes some more, unless that is too much. */
  take(bytes: number): boolean {
    if (this.#used + bytes > MOST_AT_A_TIME) return false
    this.#used += bytes
    return true
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}

export type Body = { readonly kind: 'body'; readonly bytes: Buffer } | Refusal

/** Receives the body of a request; one that is too long is refused as soon as that is known. */
export async function readBody(request: IncomingMessage, response: ServerResponse, budget: BodyBudget): Promise<Body> {
  const { expect, 'content-length': announced, 'content-encoding': coding } = request.headers
  if (coding !== undefined && coding.toLowerCase() !== 'identity')
    return refusal(415, `body in Content-Encoding ${coding}: expected none`)
  const tooLong = refusal(413, `body longer than ${LONGEST_BODY} bytes`, { Connection: 'close' })
  if (Number(announced ?? 0) > LONGEST_BODY) return tooLong
  if (expect !== undefined) response.writeContinue()
  const pieces: Buffer[] = []
  let length = 0
  let taken = 0
  try {
    for await (const piece of request) {
      if (!(piece instanceof Buffer)) continue
      length += piece.length
      if (length > LONGEST_BODY) return tooLong
      if (!budget.take(piece.length))
        return refusal(503, 'too many bytes of requests at a time: try again', {
          Connection: 'close',
          'Retry-After': 1,
        })
      taken += piece.length
      pieces.push(piece)
    }
    return { kind: 'body', bytes: Buffer.concat(pieces, length) }
  } finally {
    budget.give(taken)
  }
}

/** A body as JSON, or why it is none (spec/procstar.md 5). */
export async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  budget: BodyBudget,
): Promise<{ readonly kind: 'json'; readonly value: unknown } | Refusal> {
  // To the letter: a page of another site cannot send this type without being asked about it first.
  if (request.headers['content-type'] !== 'application/json') return refusal(400, 'body not JSON')
  const body = await readBody(request, response, budget)
  if (body.kind === 'refusal') return body
  if (body.bytes.length === 0) return refusal(400, 'no body')
  const json = parseJson(body.bytes)
  return json.ok ? { kind: 'json', value: json.value } : refusal(400, `parsing body: ${json.error}`)
}
