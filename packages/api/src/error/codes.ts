import type { RejectionCode } from '@apsis/core/run'

/** Codes that the API adds to those of the core's rejections. Stable. */
export const EDGE_CODES = {
  REQUEST_INVALID: 'the request does not have the form that the route takes; `details` say where',
  NOT_FOUND: 'there is no such path',
  METHOD_NOT_ALLOWED: 'the path does not take this method',
  BODY_TOO_LARGE: 'the body of the request is too large',
  ORIGIN: 'a page of another site may not do this, or the server was called by a name that is not its own',
  JOB_NO_MATCH: 'no job id matches the one given',
  JOB_AMBIGUOUS: 'the job id given matches several jobs',
  JOB_INVALID: 'the job document is not valid; `details` say where',
  VERSION_UNKNOWN: 'the job has had no such definition, or it is no longer kept',
  JOBS_INVALID: 'files of the job folder are not valid; nothing was changed',
  OUTPUT_UNKNOWN: 'the run has no such output',
  RANGE: 'the range lies outside of the output',
  RUNS_TOO_MANY: 'too many runs match; ask page by page',
  RUNS_MORE: 'more runs match now than were expected; nothing was done, look again',
  READ_TIMEOUT: 'the history could not be read in time; ask for less at once',
  NOT_READY: 'the server has not finished starting, or is shutting down',
  INTERNAL: 'a defect of the server',
} as const

export type EdgeCode = keyof typeof EDGE_CODES

/** The code of an error reply. */
export type ErrorCode = RejectionCode | EdgeCode
