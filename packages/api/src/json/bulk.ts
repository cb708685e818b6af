import { FINISHED, type FinishedState, type State } from '@apsis/core/run'
import { z } from 'zod'
import { type RunSummary, runSummarySchema, stateSchema } from './summary.ts'
import { type ApiTime, apiTimeSchema, parseTime } from './time.ts'

/** Most runs that one call does something to. */
export const MAX_BULK = 10_000

/** What is done to each of many runs. */
export type BulkOperation =
  | { readonly type: 'start' | 'skip' | 'stop' | 'release' }
  | { readonly type: 'rerun' }
  | { readonly type: 'mark'; readonly state: FinishedState }
  /** `until`: a time; absent or null: until it is released. */
  | { readonly type: 'hold'; readonly until?: ApiTime | null }

/** What a bulk operation does, or did. */
export interface BulkJson {
  readonly when: ApiTime
  readonly dry_run: boolean
  readonly operation: BulkOperation
  /** How many runs match, whatever their state, counted up to 10,000; `matches_more`: there are more. */
  readonly matches: number
  readonly matches_more: boolean
  /** To how many of them the operation can be done, at most 10,000 a call; `more`: there are more. */
  readonly applies: number
  readonly more: boolean
  /** The same by the state that they are in. */
  readonly by_state: Readonly<Partial<Record<State, number>>>
  /** The first 100 of those that it can be done to, by run id. */
  readonly runs: readonly RunSummary[]
  /** Present when it was carried out. */
  readonly result?: BulkResultJson
}

/** What became of it. */
export interface BulkResultJson {
  readonly done: number
  /** How many were refused; the first 100 of them with the reason. */
  readonly refused: number
  readonly refusals: readonly { readonly run_id: string; readonly code: string; readonly error: string }[]
  /** Of a rerun: the new runs, in order. */
  readonly made?: readonly string[]
  /** Whoever asked went away before all was done: the rest was left as it was. */
  readonly cut_short: boolean
  readonly undo: BulkUndoJson
}

/** What takes it back. */
export interface BulkUndoJson {
  /** For people: how, or why it cannot be. */
  readonly text: string
  /** Bodies for the same route, with `dry_run: false` to be added; empty where nothing takes it back. */
  readonly requests: readonly { readonly run_ids: readonly string[]; readonly operation: BulkOperation }[]
}

const finished = z.enum(FINISHED, {
  error: (issue) => `not a state to mark: ${String(issue.input)}; expected one of ${FINISHED.join(', ')}`,
})

const time = z
  .string({ error: 'expected a time with a zone, such as 2026-01-31T09:30:00Z' })
  .refine((text) => parseTime(text) !== null, 'expected a time with a zone, such as 2026-01-31T09:30:00Z')

export const bulkOperationSchema: z.ZodType<BulkOperation> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['start', 'skip', 'stop', 'release']) }),
  z.strictObject({ type: z.literal('rerun') }),
  z.strictObject({ type: z.literal('mark'), state: finished }),
  z.strictObject({ type: z.literal('hold'), until: time.nullable().exactOptional() }),
])

const undoSchema: z.ZodType<BulkUndoJson> = z.object({
  text: z.string(),
  requests: z.array(z.object({ run_ids: z.array(z.string()), operation: bulkOperationSchema })),
})

export const bulkJsonSchema: z.ZodType<BulkJson> = z
  .object({
    when: apiTimeSchema,
    dry_run: z.boolean(),
    operation: bulkOperationSchema,
    matches: z.int(),
    matches_more: z.boolean(),
    applies: z.int(),
    more: z.boolean(),
    by_state: z.partialRecord(stateSchema, z.int()),
    runs: z.array(runSummarySchema),
    result: z
      .object({
        done: z.int(),
        refused: z.int(),
        refusals: z.array(z.object({ run_id: z.string(), code: z.string(), error: z.string() })),
        made: z.array(z.string()).exactOptional(),
        cut_short: z.boolean(),
        undo: undoSchema,
      })
      .exactOptional(),
  })
  .meta({ title: 'Bulk' })
