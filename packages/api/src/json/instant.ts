import type { Args } from '@apsis/core/run'
import { z } from 'zod'
import { argsSchema } from './summary.ts'
import { type ApiTime, apiTimeSchema } from './time.ts'

/** What became of a due instant. */
export type VerdictJson = 'started' | 'skipped' | 'missed' | 'held' | 'superseded'

/** A row of the ledger: one due time of one schedule, and what became of it. */
export interface InstantJson {
  readonly job_id: string
  readonly schedule_key: string
  readonly due: ApiTime
  readonly args: Args
  readonly run_id: string | null
  /** Null while it is to come or being decided. */
  readonly verdict: VerdictJson | null
  readonly reason: string | null
  readonly decided: ApiTime | null
}

/** Number of instants by verdict. */
export type VerdictCountsJson = Readonly<Record<VerdictJson | 'undecided', number>>

/** The ledger of a span of time. */
export interface InstantsJson {
  readonly when: ApiTime
  readonly instants: readonly InstantJson[]
  /** Whether there are more than were asked for. */
  readonly truncated: boolean
  /** To be given as `after` for those that follow; null at the end. */
  readonly next: string | null
  /** How many instants of the span (of all jobs) have each verdict; null where `counts=true` was not asked for. */
  readonly counts: VerdictCountsJson | null
}

const verdicts = ['started', 'skipped', 'missed', 'held', 'superseded'] as const

/** What the ledger can be filtered by. */
export const LEDGER_VERDICTS: readonly (VerdictJson | 'undecided')[] = [...verdicts, 'undecided']

export const instantJsonSchema: z.ZodType<InstantJson> = z
  .object({
    job_id: z.string(),
    schedule_key: z.string(),
    due: apiTimeSchema,
    args: argsSchema,
    run_id: z.string().nullable(),
    verdict: z.enum(verdicts).nullable(),
    reason: z.string().nullable(),
    decided: apiTimeSchema.nullable(),
  })
  .meta({ title: 'Instant' })

export const instantsJsonSchema: z.ZodType<InstantsJson> = z.object({
  when: apiTimeSchema,
  instants: z.array(instantJsonSchema),
  truncated: z.boolean(),
  next: z.string().nullable(),
  counts: z.record(z.enum([...verdicts, 'undecided']), z.int()).nullable(),
})

/** How many instants of a span have each verdict. */
export interface LedgerSummaryJson {
  readonly when: ApiTime
  readonly from: ApiTime
  readonly to: ApiTime
  readonly counts: VerdictCountsJson
  /** Instants that are overdue, have no verdict, and that nothing explains, as last counted; null: not known yet. It must be 0. */
  readonly unaccounted: number | null
}

export const ledgerSummaryJsonSchema: z.ZodType<LedgerSummaryJson> = z.object({
  when: apiTimeSchema,
  from: apiTimeSchema,
  to: apiTimeSchema,
  counts: z.record(z.enum([...verdicts, 'undecided']), z.int()),
  unaccounted: z.int().nullable(),
})
