import { z } from 'zod'
import type { Json, JsonObject } from '../json/index.ts'
import type { Parsed } from '../time/index.ts'
import { type Backfill, MAX_BACKFILL_CONCURRENCY } from './backfill.ts'

const schema: z.ZodType<Backfill> = z.object({
  id: z.string().min(1),
  jobId: z.string().min(1),
  scheduleKey: z.string().nullable(),
  from: z.number(),
  to: z.number(),
  order: z.enum(['oldest', 'newest']),
  concurrency: z.int().min(1).max(MAX_BACKFILL_CONCURRENCY),
  createdAt: z.number(),
  reason: z.string().nullable(),
  state: z.enum(['active', 'done', 'cancelled']),
  position: z.object({ due: z.number(), scheduleKey: z.string() }).nullable(),
  made: z.int().min(0),
  total: z.int().min(0),
  message: z.string().nullable(),
})

/** The backfill as the document that is stored. */
export function backfillJson(backfill: Backfill): JsonObject {
  const { position } = backfill
  return { ...backfill, position: position === null ? null : { ...position } }
}

/** The backfill of a stored document; else what is wrong with it, and where. */
export function readBackfill(json: Json): Parsed<Backfill> {
  const result = schema.safeParse(json)
  return result.success ? { ok: true, value: result.data } : { ok: false, message: z.prettifyError(result.error) }
}
