import type { RunId } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type { InstantRow } from '@apsis/store/port'

/** Findings of a kind that are listed. */
export const SANITY_LISTED = 100
/** Findings of a kind that are counted. */
export const SANITY_COUNTED = 10_000

/** What was found of a kind: the first ones, and how many there are. */
export interface Findings<T> {
  readonly total: number
  /** Whether there may be more than were counted. */
  readonly more: boolean
  /** At most `SANITY_LISTED`. */
  readonly list: readonly T[]
}

export interface SanityInstant {
  readonly jobId: string
  readonly scheduleKey: string
  readonly due: Instant
  readonly runId: RunId | null
}

/** An instant whose run began long after it was due, ms. */
export interface LateStart extends SanityInstant {
  readonly lateness: Duration
}

export interface Orphan {
  readonly runId: RunId | null
  readonly jobId: string
  readonly because: string
}

/** What does not fit together, or did not go as promised. */
export interface SanityReport {
  readonly at: Instant
  /** When schedules and ledger were compared last, */
  readonly compared: Instant
  /** from here */
  readonly from: Instant
  /** to here. */
  readonly to: Instant
  /**
   * Instants that are due for longer than `ACCOUNTED_WITHIN` and have no verdict, whether they have no row at all, or a row and nothing that explains
   * why it is undecided. Must be 0.
   */
  readonly unaccounted: number
  /** Instants that a schedule implies, and that have no row. */
  readonly unscheduled: Findings<SanityInstant>
  /** Instants without a verdict for longer than `ACCOUNTED_WITHIN`. `because`: what explains it, or null. */
  readonly late: Findings<SanityInstant & { readonly because: string | null }>
  /** Runs whose job, or whose agent, is not there; instants whose run is not. */
  readonly orphaned: Findings<Orphan>
  /** Instants whose runs began more than `LATE` after they were due, ms: those that began in the last hour. */
  readonly ranLate: Findings<LateStart>
}

export function findings<T>(all: readonly T[], most: number): Findings<T> {
  return { total: all.length, more: all.length >= most, list: all.slice(0, SANITY_LISTED) }
}

export function named({ jobId, scheduleKey, due, runId }: InstantRow): SanityInstant {
  return { jobId, scheduleKey, due, runId }
}

/** What tells an instant from all others. */
export function instantKey({ jobId, scheduleKey, due }: Pick<InstantRow, 'jobId' | 'scheduleKey' | 'due'>): string {
  return `${jobId}\n${scheduleKey}\n${due}`
}
