import type { Json } from '@apsis/core/json'
import { z } from 'zod'
import { jsonSchema } from '../json/json.ts'

/** What every error reply carries. */
export interface ErrorBody {
  /** For people. */
  readonly error: string
  /** One of `ErrorCode`; a newer server may send others. */
  readonly code: string
  /** What is wrong where; its form depends on the code. */
  readonly details?: Json
  /** Of `JOBS_INVALID` only: job id and text of each error. */
  readonly job_errors?: readonly (readonly [string, string])[]
}

/** One place in a request that is not as it should be: `details` of `REQUEST_INVALID` is a list of these. */
export interface RequestProblem {
  readonly in: 'path' | 'query' | 'body'
  /** Dotted path within; empty for the whole. */
  readonly path: string
  readonly message: string
  /** In a text that is read by character: where, from 1. */
  readonly column?: number
}

export const errorBodySchema: z.ZodType<ErrorBody> = z
  .object({
    error: z.string(),
    code: z.string(),
    details: jsonSchema.exactOptional(),
    job_errors: z.array(z.tuple([z.string(), z.string()])).exactOptional(),
  })
  .meta({ title: 'Error' })
