import type { JsonObject } from '../json/index.ts'
import type { Environment } from '../template/index.ts'
import type { Duration } from '../time/index.ts'
import type { Catchup } from './catchup.ts'
import type { JobSettings } from './settings.ts'
import type { ActionSpec, ConditionSpec, ProgramSpec, ScheduleSpec, StopSpec } from '../kind/index.ts'

/** One schedule of a job, with what the job file says around it. */
export interface JobSchedule {
  /** Identity within the job: a hash of what decides its instants and their args, with `#n` for the nth equal one. Survives reordering. */
  readonly key: string
  readonly enabled: boolean
  /** Explicit args; they override those that the schedule offers. */
  readonly args: Readonly<Record<string, string>>
  readonly schedule: ScheduleSpec
  readonly stop: StopSpec | null
  /** Instants are spread over this long. */
  readonly jitter: Duration
  /** How much later than its nominal instants it is due: 0 to below `jitter`, whole milliseconds, always the same. */
  readonly offset: Duration
  /** What to do with instants that were missed; null: what the config says. */
  readonly catchup: Catchup | null
  /** Pending runs that it may have at a time, from 1; null: as many as the planner allows. */
  readonly limit: number | null
}

/** A job: a template for runs. Immutable. */
export interface Job {
  readonly id: string
  /** Hash of the normal form: changes when, and only when, the definition does. */
  readonly hash: string
  /** The normal form: accepted back as a job document. */
  readonly json: JsonObject
  /** Sorted. */
  readonly params: readonly string[]
  readonly schedules: readonly JobSchedule[]
  readonly program: ProgramSpec
  readonly conditions: readonly ConditionSpec[]
  readonly actions: readonly ActionSpec[]
  readonly labels: readonly string[]
  readonly metadata: JsonObject
  readonly adHoc: boolean
  readonly settings: JobSettings
  /** In which it was read, and is bound. */
  readonly environment: Environment
}
