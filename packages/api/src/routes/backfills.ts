import { z } from 'zod'
import {
  type ApiTime,
  apiTimeSchema,
  type BackfillJson,
  backfillJsonSchema,
  type BackfillPreviewJson,
  backfillPreviewJsonSchema,
} from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { intQuery, type ReasonBody, reasonBody, reasonText, timeText } from './values.ts'

// That of the core, which would bring all that reads schedules into every client.
const MAX_CONCURRENCY = 1_000

export interface BackfillsJson {
  readonly when: ApiTime
  /** Newest first: all that are active, and the last that have ended. */
  readonly backfills: readonly BackfillJson[]
}

/** The backfills. */
export const listBackfills: Route<Nothing, Nothing, never, BackfillsJson> = {
  name: 'listBackfills',
  methods: ['GET'],
  path: '/api/v1/backfills',
  tag: 'operations',
  summary: 'Backfills, newest first: all that are active, and the last that have ended.',
  params: nothing,
  query: nothing,
  body: null,
  reply: z.object({ when: apiTimeSchema, backfills: z.array(backfillJsonSchema) }),
  errors: [],
}

export interface BackfillBody extends ReasonBody {
  /** A job id, or enough of its words. */
  readonly job_id: string
  /** From this time on. */
  readonly from: string
  /** Before this time, which is not in the future. */
  readonly to: string
  /** One schedule of the job, by its key or its number from 1; absent or null: all that are enabled. */
  readonly schedule?: string | number | null
  /** Default `oldest`. */
  readonly order?: 'oldest' | 'newest'
  /** At most so many of its runs are unfinished at once, 1 to 1,000; default 1. */
  readonly concurrency?: number
  /** Only say what it would make; default false. */
  readonly dry_run?: boolean
}

/** One of the two: the backfill that was started, or of a dry run what it would make. */
export interface NewBackfillJson {
  readonly backfill: BackfillJson | null
  readonly preview: BackfillPreviewJson | null
}

/** Starts a backfill. */
export const createBackfill: Route<Nothing, Nothing, BackfillBody, NewBackfillJson> = {
  name: 'createBackfill',
  methods: ['POST'],
  path: '/api/v1/backfills',
  tag: 'operations',
  summary: 'Makes a run for every instant that the schedules of a job had in a range of the past, or says which.',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    job_id: z.string().min(1),
    from: timeText,
    to: timeText,
    schedule: z
      .union([z.string().min(1), z.int().min(1)], 'expected the key of a schedule, or its number from 1')
      .nullable()
      .exactOptional(),
    order: z.enum(['oldest', 'newest']).exactOptional(),
    concurrency: intQuery(1, MAX_CONCURRENCY).exactOptional(),
    dry_run: z.boolean().exactOptional(),
    reason: reasonText,
  }),
  reply: z.object({ backfill: backfillJsonSchema.nullable(), preview: backfillPreviewJsonSchema.nullable() }),
  errors: ['JOB_NO_MATCH', 'JOB_AMBIGUOUS', 'JOB_UNKNOWN', 'BACKFILL_RANGE', 'REQUEST', 'TOO_MANY', 'BUSY'],
}

export interface BackfillParams {
  readonly backfill_id: string
}

/** Cancels a backfill. */
export const cancelBackfill: Route<BackfillParams, Nothing, ReasonBody, BackfillJson> = {
  name: 'cancelBackfill',
  methods: ['POST', 'PUT'],
  path: '/api/v1/backfills/:backfill_id/cancel',
  tag: 'operations',
  summary: 'Makes no more runs of a backfill; those that are made go on.',
  params: z.object({ backfill_id: z.string().min(1) }),
  query: nothing,
  body: reasonBody,
  reply: backfillJsonSchema,
  errors: ['BACKFILL_UNKNOWN', 'REQUEST', 'BUSY'],
}
