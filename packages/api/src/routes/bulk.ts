import type { RunId } from '@apsis/core/run'
import { z } from 'zod'
import { type BulkJson, bulkJsonSchema, type BulkOperation, bulkOperationSchema, MAX_BULK } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { intQuery, type ReasonBody, reasonText, runIdsQuery } from './values.ts'

/** Which runs, and what is done to them. Either `query` or `run_ids`. */
export interface BulkBody extends ReasonBody {
  /** Those that match (docs/reference/query.md); not empty. */
  readonly query?: string
  /** Zone of times without one in `query`; default UTC. */
  readonly zone?: string
  /** These, at most 10,000. */
  readonly run_ids?: readonly RunId[]
  readonly operation: BulkOperation
  /** Only say what would be done; default true. */
  readonly dry_run?: boolean
  /** Refuse where it would be done to more runs than this: the `applies` of the preview. */
  readonly expect?: number
}

const body: z.ZodType<BulkBody, unknown> = z
  .strictObject({
    query: z.string().regex(/\S/, 'expected a query: of an empty one every run would be').exactOptional(),
    zone: z.string().exactOptional(),
    run_ids: runIdsQuery
      .refine((ids) => ids.length <= MAX_BULK, `expected at most ${MAX_BULK} run ids`)
      .exactOptional(),
    operation: bulkOperationSchema,
    dry_run: z.boolean().exactOptional(),
    expect: intQuery(0, MAX_BULK).exactOptional(),
    reason: reasonText,
  })
  .refine(({ query, run_ids }) => (query === undefined) !== (run_ids === undefined), {
    error: 'give either query or run_ids',
  })

/** Does something to many runs. */
export const bulk: Route<Nothing, Nothing, BulkBody, BulkJson> = {
  name: 'bulk',
  methods: ['POST'],
  path: '/api/v1/bulk',
  tag: 'operations',
  summary:
    'Does something to all runs that match a query, at most 10,000 a call, each as if it was asked for alone; by default only says to which.',
  params: nothing,
  query: nothing,
  body,
  reply: bulkJsonSchema,
  errors: ['RUNS_MORE', 'REQUEST', 'READ_TIMEOUT', 'BUSY'],
}
