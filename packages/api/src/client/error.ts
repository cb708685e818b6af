import type { Json } from '@apsis/core/json'
import { errorBodySchema, type ErrorBody } from '../error/index.ts'

/** The server refused or failed: an error reply. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError'
  /** HTTP status. */
  readonly status: number
  /** One of `ErrorCode`; `UNKNOWN` where the reply has none. */
  readonly code: string
  readonly details: Json | null
  /** Of `JOBS_INVALID`: job id and text of each error. */
  readonly jobErrors: ErrorBody['job_errors'] | null

  constructor(status: number, body: ErrorBody) {
    super(body.error)
    this.status = status
    this.code = body.code
    this.details = body.details ?? null
    this.jobErrors = body.job_errors ?? null
  }
}

/** The error of a reply that is not a success. A reply that is not ours gives `unknown error`. */
export function errorOf(status: number, text: string): ApiError {
  try {
    return new ApiError(status, errorBodySchema.parse(JSON.parse(text)))
  } catch {
    return new ApiError(status, { error: 'unknown error', code: 'UNKNOWN' })
  }
}
