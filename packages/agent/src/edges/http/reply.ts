import type { OutgoingHttpHeaders } from 'node:http'
import type { Refusal } from './refusal.ts'

/** An answer. */
export type Reply = DataReply | StreamReply | Refusal

/** `{"data": …}` as JSON. */
export interface DataReply {
  readonly kind: 'data'
  readonly data: unknown
}

/** A body that is made while it is sent. */
export interface StreamReply {
  readonly kind: 'stream'
  readonly status: 200 | 206
  readonly headers: OutgoingHttpHeaders
  /** Bytes, where that is known before. */
  readonly length: number | null
  /** Each piece is to be had by the reader at once: others may be long in coming. */
  readonly live: boolean
  /** May be compressed where the client likes that. */
  readonly compressible: boolean
  /** The body; ends early when the signal says that nobody reads any more. */
  readonly pieces: (signal: AbortSignal) => AsyncIterable<Uint8Array>
}

export function data(given: unknown = {}): DataReply {
  return { kind: 'data', data: given }
}
