import { z } from 'zod'
import { type ApiTime, apiTimeSchema } from './time.ts'

/** What was found of a kind: the first ones, and how many there are. */
export interface FindingsJson<T> {
  readonly total: number
  /** Whether there may be more than were counted. */
  readonly more: boolean
  readonly list: readonly T[]
}

/** An instant of a finding. */
export interface SanityInstantJson {
  readonly job_id: string
  readonly schedule_key: string
  readonly due: ApiTime
  readonly run_id: string | null
}

/** What does not fit together between schedules, ledger, runs and agents, or did not go as promised. */
export interface SanityJson {
  readonly when: ApiTime
  /** When schedules and ledger were compared, and from when to when. */
  readonly compared: ApiTime
  readonly from: ApiTime
  readonly to: ApiTime
  /** Instants that are overdue, have no verdict, and that nothing explains. It must be 0. */
  readonly unaccounted: number
  readonly unscheduled: FindingsJson<SanityInstantJson>
  readonly late: FindingsJson<SanityInstantJson & { readonly because: string | null }>
  readonly orphaned: FindingsJson<{ readonly run_id: string | null; readonly job_id: string; readonly because: string }>
  /** `lateness`: seconds. */
  readonly ran_late: FindingsJson<SanityInstantJson & { readonly lateness: number }>
}

const instant = z.object({
  job_id: z.string(),
  schedule_key: z.string(),
  due: apiTimeSchema,
  run_id: z.string().nullable(),
})

function findings<T>(item: z.ZodType<T>): z.ZodType<FindingsJson<T>> {
  return z.object({ total: z.int(), more: z.boolean(), list: z.array(item) })
}

export const sanityJsonSchema: z.ZodType<SanityJson> = z.object({
  when: apiTimeSchema,
  compared: apiTimeSchema,
  from: apiTimeSchema,
  to: apiTimeSchema,
  unaccounted: z.int(),
  unscheduled: findings(instant),
  late: findings(instant.extend({ because: z.string().nullable() })),
  orphaned: findings(z.object({ run_id: z.string().nullable(), job_id: z.string(), because: z.string() })),
  ran_late: findings(instant.extend({ lateness: z.number() })),
})
