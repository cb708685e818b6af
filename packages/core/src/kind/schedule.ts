import type { Calendar } from '../calendar/index.ts'
import type { JsonObject } from '../json/index.ts'
import type { Args } from '../run/run.ts'
import type { Instant } from '../time/instant.ts'

/** One due time of a schedule, and the args that the schedule offers for it (those that a job has no param for are dropped). */
export interface Occurrence {
  readonly due: Instant
  readonly args: Args
}

/** A schedule as parsed from a job: which instants, lazily. Pure. */
export interface ScheduleSpec {
  readonly type: string
  /** Normal form without `enabled`; parsing it again gives an equal schedule. */
  readonly json: JsonObject
  readonly str: string
  /** Those that it goes by: what they say is part of the job's definition. */
  readonly calendars?: readonly Calendar[]
  /** Occurrences in [from, to), in order, without duplicates. Lazy: the first costs the same however far away `to` is. */
  occurrences(from: Instant, to: Instant): Iterable<Occurrence>
  /** What is good to know about it in the year after `from`, for people who check their jobs: `odd` days, surprising rules. */
  remarks?(from: Instant): readonly string[]
}

/** When a run is to be stopped. Pure. */
export interface StopSpec {
  readonly type: string
  readonly json: JsonObject
  readonly str: string
  stopTime(due: Instant): Instant
}
