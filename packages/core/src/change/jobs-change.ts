import type { Job } from '../job/index.ts'
import type { Edit } from './edit.ts'

/** A job with another definition than before. */
export interface ChangedJob {
  readonly from: Job
  readonly to: Job
  /** Of the normal form; none where only calendars or the environment of its templates differ. */
  readonly edits: readonly Edit[]
  /** Calendars of its schedules whose files say something else than before. */
  readonly calendars: readonly string[]
}

/** A job with another ID than before and else the same definition. */
export interface MovedJob {
  readonly from: Job
  readonly to: Job
}

/** What makes one set of jobs of another. All lists by ID; no job is in two of them. */
export interface JobsChange {
  readonly added: readonly Job[]
  readonly removed: readonly Job[]
  readonly changed: readonly ChangedJob[]
  readonly moved: readonly MovedJob[]
}
