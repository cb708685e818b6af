import type { Instant } from '@apsis/core/time'
import { z } from 'zod'
import { formatTime, type InstantsJson, instantsJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { intQuery, timeQuery } from './values.ts'

export interface InstantsQuery {
  /** Only those of this job; exact. */
  readonly job_id?: string
  /** At or after; milliseconds since the epoch. */
  readonly from: Instant
  /** Before. */
  readonly to: Instant
  /** 1 to 10,000; default 1,000. */
  readonly limit?: number
}

const querySchema: z.ZodType<InstantsQuery, unknown> = z
  .object({
    job_id: z.string().min(1).exactOptional(),
    from: timeQuery,
    to: timeQuery,
    limit: intQuery(1, 10_000).exactOptional(),
  })
  .refine(({ from, to }) => from <= to, { error: 'expected from not to be after to', path: ['from'] })

function* writeQuery({ job_id, from, to, limit }: InstantsQuery): Generator<readonly [string, string]> {
  if (job_id !== undefined) yield ['job_id', job_id]
  yield ['from', formatTime(from)]
  yield ['to', formatTime(to)]
  if (limit !== undefined) yield ['limit', String(limit)]
}

/** The ledger: what became of each due time. */
export const listInstants: Route<Nothing, InstantsQuery, never, InstantsJson> = {
  name: 'listInstants',
  methods: ['GET'],
  path: '/api/v1/instants',
  tag: 'ledger',
  summary: 'The due times in [from, to), and what became of each.',
  params: nothing,
  query: querySchema,
  body: null,
  reply: instantsJsonSchema,
  errors: [],
  writeQuery,
}
