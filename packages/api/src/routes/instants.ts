import type { Instant } from '@apsis/core/time'
import { z } from 'zod'
import {
  formatTime,
  type InstantsJson,
  instantsJsonSchema,
  LEDGER_VERDICTS,
  type LedgerSummaryJson,
  ledgerSummaryJsonSchema,
  type SanityJson,
  sanityJsonSchema,
  type VerdictJson,
} from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { boolQuery, intQuery, timeQuery } from './values.ts'

export interface InstantsQuery {
  /** Only those of this job; exact. */
  readonly job_id?: string
  /** At or after; milliseconds since the epoch. */
  readonly from: Instant
  /** Before. */
  readonly to: Instant
  /** 1 to 10,000; default 1,000. */
  readonly limit?: number
  /** Only those with one of these verdicts; `undecided`: with none yet. */
  readonly verdict?: readonly (VerdictJson | 'undecided')[]
  /** Those that follow a page: its `next`. */
  readonly after?: string
  /** Whether to count the instants of the span, too: in a long span that takes seconds. Default false. */
  readonly counts?: boolean
}

const verdictsQuery: z.ZodType<readonly (VerdictJson | 'undecided')[], unknown> = z
  .preprocess(
    (value) => (typeof value === 'string' ? value.split(',') : value),
    z.array(
      z.enum(LEDGER_VERDICTS, {
        error: (issue) => `not a verdict: ${String(issue.input)}; expected one of ${LEDGER_VERDICTS.join(', ')}`,
      }),
    ),
  )
  .meta({ type: 'array', items: { type: 'string', enum: [...LEDGER_VERDICTS] } })

const querySchema: z.ZodType<InstantsQuery, unknown> = z
  .object({
    job_id: z.string().min(1).exactOptional(),
    from: timeQuery,
    to: timeQuery,
    limit: intQuery(1, 10_000).exactOptional(),
    verdict: verdictsQuery.exactOptional(),
    after: z.string().min(1).exactOptional(),
    counts: boolQuery.exactOptional(),
  })
  .refine(({ from, to }) => from <= to, { error: 'expected from not to be after to', path: ['from'] })

function* writeQuery(query: InstantsQuery): Generator<readonly [string, string]> {
  const { job_id, from, to, limit, verdict, after, counts } = query
  if (job_id !== undefined) yield ['job_id', job_id]
  yield ['from', formatTime(from)]
  yield ['to', formatTime(to)]
  if (limit !== undefined) yield ['limit', String(limit)]
  if (verdict !== undefined) yield ['verdict', verdict.join(',')]
  if (after !== undefined) yield ['after', after]
  if (counts === true) yield ['counts', 'true']
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

export interface LedgerSummaryQuery {
  /** At or after; milliseconds since the epoch. */
  readonly from: Instant
  /** Before. */
  readonly to: Instant
}

/** How many instants have each verdict. */
export const ledgerSummary: Route<Nothing, LedgerSummaryQuery, never, LedgerSummaryJson> = {
  name: 'ledgerSummary',
  methods: ['GET'],
  path: '/api/v1/ledger/summary',
  tag: 'ledger',
  summary: 'How many due times in [from, to) have each verdict, and how many overdue ones nothing accounts for.',
  params: nothing,
  query: z
    .object({ from: timeQuery, to: timeQuery })
    .refine(({ from, to }) => from <= to, { error: 'expected from not to be after to', path: ['from'] }),
  body: null,
  reply: ledgerSummaryJsonSchema,
  errors: [],
  *writeQuery({ from, to }) {
    yield ['from', formatTime(from)]
    yield ['to', formatTime(to)]
  },
}

/** Whether schedules, ledger, runs and agents fit together. */
export const sanity: Route<Nothing, Nothing, never, SanityJson> = {
  name: 'sanity',
  methods: ['GET'],
  path: '/api/v1/sanity',
  tag: 'ledger',
  summary:
    'Looks whether schedules, ledger, runs and agents fit together: what is unscheduled, late, orphaned, or ran late.',
  params: nothing,
  query: nothing,
  body: null,
  reply: sanityJsonSchema,
  errors: [],
}
