import type { Instant } from '../time/index.ts'

/** Instants that one backfill may have. */
export const MAX_BACKFILL_INSTANTS = 100_000
/** Runs of one backfill that may be unfinished at once. */
export const MAX_BACKFILL_CONCURRENCY = 1_000

export type BackfillOrder = 'oldest' | 'newest'

/** `done`: every run is made and has ended. `cancelled`: no more are made; those that are made go on. */
export type BackfillState = 'active' | 'done' | 'cancelled'

/** One instant of one schedule. */
export interface BackfillPosition {
  readonly due: Instant
  readonly scheduleKey: string
}

/** What is asked: a run for every instant that the schedules of a job had in the range [from, to), whether it once ran or not. */
export interface BackfillRange {
  readonly jobId: string
  /** One schedule of the job; null: all that are enabled. */
  readonly scheduleKey: string | null
  readonly from: Instant
  /** Not in the future: what is to come has its runs already. */
  readonly to: Instant
  readonly order: BackfillOrder
}

/** A backfill and how far it has come. */
export interface Backfill extends BackfillRange {
  /** Unique for ever. */
  readonly id: string
  /** At most so many of its runs are unfinished at once: 1 to `MAX_BACKFILL_CONCURRENCY`. */
  readonly concurrency: number
  readonly createdAt: Instant
  readonly reason: string | null
  readonly state: BackfillState
  /** The last instant that has its run, in `order`; null before the first. */
  readonly position: BackfillPosition | null
  /** Runs made. */
  readonly made: number
  /** Instants in the range when it was asked for. */
  readonly total: number
  /** Why it was cancelled, or null. */
  readonly message: string | null
}
