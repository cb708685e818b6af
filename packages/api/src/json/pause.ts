import type { Pause } from '@apsis/core/pause'
import { z } from 'zod'
import { type ApiTime, apiTimeSchema, formatTime } from './time.ts'

/** The schedules of some jobs start nothing, until a time or until it is ended. */
export interface PauseJson {
  readonly pause_id: string
  readonly scope: 'job' | 'label'
  /** A job id, a prefix of job ids that ends in `/`, or a label. */
  readonly target: string
  readonly since: ApiTime
  /** Null: until it is ended. */
  readonly until: ApiTime | null
  /** What becomes of what comes due meanwhile. */
  readonly mode: 'skip' | 'hold'
  readonly reason: string | null
}

export function pauseJson(pause: Pause): PauseJson {
  const { id, scope, target, createdAt, until, mode, reason } = pause
  return {
    pause_id: id,
    scope,
    target,
    since: formatTime(createdAt),
    until: until === null ? null : formatTime(until),
    mode,
    reason,
  }
}

export const pauseJsonSchema: z.ZodType<PauseJson> = z
  .object({
    pause_id: z.string(),
    scope: z.enum(['job', 'label']),
    target: z.string(),
    since: apiTimeSchema,
    until: apiTimeSchema.nullable(),
    mode: z.enum(['skip', 'hold']),
    reason: z.string().nullable(),
  })
  .meta({ title: 'Pause' })
