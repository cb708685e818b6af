import type { OutgoingHttpHeaders } from 'node:http'
import { sortedJson } from './json.ts'

const PHRASES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

export type RefusalStatus = keyof typeof PHRASES

/** Why a request is not carried out. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly status: RefusalStatus
  readonly detail: string | null
  readonly headers: OutgoingHttpHeaders
}

/** A refusal; `detail` says what was wrong and what was expected. */
export function refusal(
  status: RefusalStatus,
  detail: string | null = null,
  headers: OutgoingHttpHeaders = {},
): Refusal {
  return { kind: 'refusal', status, detail, headers }
}

/** The body of a refusal (spec/procstar.md 5): an object, not an array. */
export function refusalText({ status, detail }: Refusal): string {
  return sortedJson({ errors: { status: `${status} ${PHRASES[status]}`, detail } })
}

/** A whole answer as bytes, for a connection whose request could not be read. */
export function rawRefusal(given: Refusal): string {
  const body = refusalText(given)
  const head = [
    `HTTP/1.1 ${given.status} ${PHRASES[given.status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
