import type { Backfill } from '@apsis/core/backfill'
import type { Args } from '@apsis/core/run'
import { z } from 'zod'
import { argsSchema } from './summary.ts'
import { type ApiTime, apiTimeSchema, formatTime } from './time.ts'

/** Runs for the instants of a range of the past, and how far that has come. */
export interface BackfillJson {
  readonly backfill_id: string
  readonly job_id: string
  /** Null: all schedules that are enabled. */
  readonly schedule_key: string | null
  readonly from: ApiTime
  readonly to: ApiTime
  readonly order: 'oldest' | 'newest'
  /** At most so many of its runs are unfinished at once. */
  readonly concurrency: number
  readonly created: ApiTime
  readonly reason: string | null
  readonly state: 'active' | 'done' | 'cancelled'
  /** Runs made, of `total` instants that the range had when it was asked for. */
  readonly made: number
  readonly total: number
  /** The instant that had its run last; null before the first. */
  readonly position: ApiTime | null
  /** Why it was cancelled. */
  readonly message: string | null
}

/** What a backfill would make. */
export interface BackfillPreviewJson {
  readonly job_id: string
  readonly total: number
  /** In order; at most `BACKFILL_SHOWN`. */
  readonly instants: readonly BackfillInstantJson[]
}

export interface BackfillInstantJson {
  readonly due: ApiTime
  readonly schedule_key: string
  readonly args: Args
}

/** Most instants that a preview has. */
export const BACKFILL_SHOWN = 1_000

export function backfillJson(backfill: Backfill): BackfillJson {
  const { id, jobId, scheduleKey, from, to, order, concurrency, createdAt, reason } = backfill
  const { state, made, total, position, message } = backfill
  return {
    backfill_id: id,
    job_id: jobId,
    schedule_key: scheduleKey,
    from: formatTime(from),
    to: formatTime(to),
    order,
    concurrency,
    created: formatTime(createdAt),
    reason,
    state,
    made,
    total,
    position: position === null ? null : formatTime(position.due),
    message,
  }
}

export const backfillJsonSchema: z.ZodType<BackfillJson> = z
  .object({
    backfill_id: z.string(),
    job_id: z.string(),
    schedule_key: z.string().nullable(),
    from: apiTimeSchema,
    to: apiTimeSchema,
    order: z.enum(['oldest', 'newest']),
    concurrency: z.int(),
    created: apiTimeSchema,
    reason: z.string().nullable(),
    state: z.enum(['active', 'done', 'cancelled']),
    made: z.int(),
    total: z.int(),
    position: apiTimeSchema.nullable(),
    message: z.string().nullable(),
  })
  .meta({ title: 'Backfill' })

export const backfillPreviewJsonSchema: z.ZodType<BackfillPreviewJson> = z
  .object({
    job_id: z.string(),
    total: z.int(),
    instants: z.array(z.object({ due: apiTimeSchema, schedule_key: z.string(), args: argsSchema })),
  })
  .meta({ title: 'BackfillPreview' })
