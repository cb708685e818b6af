import { z } from 'zod'
import { describeJson } from '../document/index.ts'
import { CATCHUP_POLICIES, type Catchup } from '../job/catchup.ts'
import type { Json } from '../json/index.ts'
import type { Duration } from '../time/index.ts'
import { integerField, numberField, refuse } from './scalar.ts'
import { shortOrMapping } from './short-or-mapping.ts'
import { durationField } from './time.ts'

/** A whole number, at least 1. */
export const countField: z.ZodType<number, unknown> = integerField.transform((value, ctx) =>
  value >= 1 ? value : refuse(ctx, `expected a whole number above 0, not ${value}`),
)

/** A duration of 0 or more, in ms. */
export const lengthField: z.ZodType<Duration, unknown> = durationField.transform((value, ctx) =>
  // Of -0 it makes 0.
  value >= 0 ? value + 0 : refuse(ctx, `expected a duration of 0 or more, not ${value / 1_000} s`),
)

const policyField = z.unknown().transform((value, ctx) => {
  const policy = CATCHUP_POLICIES.find((one) => one === value)
  const shown = value === undefined ? 'nothing' : describeJson(value as Json)
  return policy ?? refuse(ctx, `expected one of ${CATCHUP_POLICIES.join(', ')}, not ${shown}`)
})

const mappingField = z
  .strictObject({
    policy: policyField.default('all'),
    max_age: lengthField.nullable().default(null),
    max_count: countField.nullable().default(null),
    rate: numberField
      .transform((value, ctx) =>
        value > 0 && Number.isFinite(value) ? value : refuse(ctx, 'expected a number of starts a minute, above 0'),
      )
      .nullable()
      .default(null),
  })
  .transform(({ policy, max_age, max_count, rate }) => ({ policy, maxAge: max_age, maxCount: max_count, rate }))

/** `catchup`: `all`, `last`, `none`, or a mapping with `policy` (default `all`), `max_age`, `max_count`, `rate` (starts a minute). */
export const catchupField: z.ZodType<Catchup, unknown> = shortOrMapping(
  policyField.transform((policy) => ({ policy, maxAge: null, maxCount: null, rate: null })),
  mappingField,
)
