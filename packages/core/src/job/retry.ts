import { z } from 'zod'
import { closest, describeJson, isList } from '../document/index.ts'
import { integerField, numberField, oneOrList, refuse } from '../field/index.ts'
import type { Duration } from '../time/index.ts'
import { positiveDuration } from './waiting.ts'

/** Whether, when and how often a job is tried again after a run that did not succeed. */
export interface Retry {
  /** Tries after the first; 1 to 1000. */
  readonly count: number
  /** Before the second try. */
  readonly delay: Duration
  /** Each further delay is so many times the one before; 1 or more. */
  readonly backoff: number
  /** No delay is longer; null: as long as it comes to. */
  readonly maxDelay: Duration | null
  /** What is tried again: states, and exit codes. */
  readonly on: readonly (RetryState | number)[]
}

/** The states after which another try makes sense. */
export type RetryState = 'failure' | 'error'

const STATES: readonly RetryState[] = ['failure', 'error']
const MAX_COUNT = 1000
const MAX_EXIT_CODE = 255

const onField: z.ZodType<Retry['on'], unknown> = z
  .json()
  .transform((value, ctx): Retry['on'] => {
    const items = isList(value) ? value : [value]
    const on = items.map((item, index) => {
      const state = STATES.find((one) => one === item)
      if (state !== undefined) return state
      if (typeof item === 'number' && Number.isInteger(item) && item >= 1 && item <= MAX_EXIT_CODE) return item
      const meant = typeof item === 'string' ? closest(item, STATES) : null
      const hint =
        meant === null ? `as failure, error, or an exit code from 1 to ${MAX_EXIT_CODE}` : `did you mean '${meant}'?`
      const message = `expected a state or an exit code, not ${describeJson(item)}`
      ctx.addIssue({ code: 'custom', message, params: { hint }, path: isList(value) ? [index] : [] })
      return 'error'
    })
    return on.length === 0 ? refuse(ctx, 'expected at least one state or exit code') : [...new Set(on)]
  })
  .meta({
    jsonSchema: oneOrList({ anyOf: [{ enum: [...STATES] }, { type: 'integer', minimum: 1, maximum: MAX_EXIT_CODE }] }),
    written: 'state or exit code, or a list of them',
  })

/** `retry`: another try after a run that did not succeed. */
export const retryField: z.ZodType<Retry | null, unknown> = z
  .strictObject({
    count: integerField
      .refine((count) => count >= 1 && count <= MAX_COUNT, `expected a whole number from 1 to ${MAX_COUNT}`)
      .describe('How many tries there are after the first; 1 to 1000.'),
    delay: positiveDuration('delay').default(0).describe('How long after the end of a try the next one is due.'),
    backoff: numberField
      .refine((backoff) => backoff >= 1, 'backoff must be 1 or more')
      .default(1)
      .describe('Each further delay is so many times the one before; 1 or more.'),
    max_delay: positiveDuration('max_delay').nullable().default(null).describe('No delay is longer than this.'),
    on: onField.default(STATES).describe('After which states, or exit codes, another try is made.'),
  })
  .nullable()
  .default(null)
  .transform((retry) =>
    retry === null
      ? null
      : { count: retry.count, delay: retry.delay, backoff: retry.backoff, maxDelay: retry.max_delay, on: retry.on },
  )
