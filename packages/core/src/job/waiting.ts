import { z } from 'zod'
import { durationField } from '../field/index.ts'
import type { Duration } from '../time/index.ts'

/** For how long a run may wait for its conditions, and what becomes of it then. */
export interface Waiting {
  readonly maxTime: Duration
  /** The state that it goes to. */
  readonly outcome: 'error' | 'skipped'
}

/** A duration that is not negative. */
export function positiveDuration(name: string): z.ZodType<Duration, unknown> {
  return durationField.refine((duration) => duration >= 0, `${name} must not be negative`)
}

/** `waiting`: a limit to the time that a run waits. */
export const waitingField: z.ZodType<Waiting | null, unknown> = z
  .strictObject({
    max_time: durationField
      .refine((duration) => duration > 0, 'max_time must be longer than nothing')
      .describe('For how long a run may wait for all its conditions together.'),
    // oxlint-disable-next-line unicorn/no-thenable -- a key of job files
    then: z.enum(['error', 'skipped']).default('error').describe('What state a run goes to that has waited too long.'),
  })
  .nullable()
  .default(null)
  .transform((waiting) => (waiting === null ? null : { maxTime: waiting.max_time, outcome: waiting.then }))
