import type { Readable } from 'node:stream'
import type { ErrorCode } from '@apsis/api/error'
import type { Json } from '@apsis/core/json'
import type { Rejection } from '@apsis/core/run'

/** A request that is refused. */
export interface Failure {
  readonly ok: false
  readonly code: ErrorCode
  /** For people. */
  readonly error: string
  readonly details?: Json
  /** Job id and text of each error, in the form of the existing server. */
  readonly jobErrors?: readonly (readonly [string, string])[]
  readonly headers?: Readonly<Record<string, string>>
}

/** What becomes of a request: a value that is sent as JSON, or a refusal. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | Failure

/** A reply that is no JSON value: bytes, or JSON text made piece by piece. */
export interface Streamed {
  readonly ok: true
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly stream: Readable
}

/** The request succeeds. */
export function success<T>(value: T): Outcome<T> {
  return { ok: true, value }
}

/** The request is refused. */
export function failure(code: ErrorCode, error: string, details?: Json): Failure {
  return details === undefined ? { ok: false, code, error } : { ok: false, code, error, details }
}

/** The engine refused. */
export function rejected(rejection: Rejection): Failure {
  return failure(rejection.code, rejection.message)
}
