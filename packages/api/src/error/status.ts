import type { ErrorCode } from './codes.ts'

/**
 * The HTTP status of each error code; exhaustive by its type. Refused operations are 400 because the existing server answers so
 * (spec/apsis.md 8.2), and scripts look at it.
 */
export const STATUS_OF_CODE: Readonly<Record<ErrorCode, number>> = {
  RUN_STATE: 400,
  RUN_MARK_SAME: 400,
  RUN_UNKNOWN: 404,
  JOB_UNKNOWN: 404,
  ARGS: 400,
  AGENT_UNREACHABLE: 400,
  AGENT_UNKNOWN: 404,
  CONFLICT: 409,
  PAUSE_UNKNOWN: 404,
  BACKFILL_UNKNOWN: 404,
  BACKFILL_RANGE: 400,
  REQUEST: 400,
  TOO_MANY: 409,
  // Not a success: what was asked is done, but a crash could make the server forget that it did it.
  UNRECORDED: 503,
  BUSY: 503,
  REQUEST_INVALID: 400,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  ORIGIN: 403,
  JOB_NO_MATCH: 400,
  JOB_AMBIGUOUS: 400,
  JOB_INVALID: 400,
  VERSION_UNKNOWN: 404,
  JOBS_INVALID: 400,
  OUTPUT_UNKNOWN: 404,
  RANGE: 416,
  RUNS_TOO_MANY: 400,
  RUNS_MORE: 409,
  READ_TIMEOUT: 503,
  NOT_READY: 503,
  INTERNAL: 500,
}

/** The HTTP status of an error code. */
export function statusOf(code: ErrorCode): number {
  return STATUS_OF_CODE[code]
}
