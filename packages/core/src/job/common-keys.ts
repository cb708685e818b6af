import { z } from 'zod'
import { type KeyPath, type Problem, problemsOf } from '../document/index.ts'
import { catchupField, countField, lengthField } from '../field/catchup.ts'
import type { Json, JsonObject } from '../json/index.ts'
import { JOB_CODES } from './family.ts'
import type { JobSchedule } from './job.ts'

/** Keys of every schedule that bear on when its runs are made, whatever its type. */
export const COMMON_KEYS = ['jitter', 'catchup', 'limit'] as const

export type CommonKeys = Pick<JobSchedule, (typeof COMMON_KEYS)[number]>

/** How those keys are read. */
export const commonKeysField: z.ZodType<CommonKeys, unknown> = z.strictObject({
  jitter: lengthField.default(0),
  catchup: catchupField.nullable().default(null),
  limit: countField.nullable().default(null),
})

/** Reads those keys of a schedule, and gives what is left of it; null with the problems noted. */
export function parseCommonKeys(
  value: JsonObject,
  path: KeyPath,
  problems: Problem[],
): { readonly common: CommonKeys | null; readonly rest: JsonObject } {
  const given: Record<string, Json> = {}
  const rest: Record<string, Json> = {}
  for (const [key, one] of Object.entries(value)) {
    if (COMMON_KEYS.some((common) => common === key)) given[key] = one
    else rest[key] = one
  }
  const parsed = commonKeysField.safeParse(given)
  if (parsed.success) return { common: parsed.data, rest }
  for (const problem of problemsOf(parsed.error.issues, {
    codes: JOB_CODES,
    schema: commonKeysField,
    value: given,
    path,
  }))
    problems.push(problem)
  return { common: null, rest }
}
