import type { JsonObject } from '../json/index.ts'
import type { ActionSpec, ConditionSpec, ProgramSpec, ScheduleSpec, StopSpec } from '../kind/index.ts'

/** One schedule of a job, with what the job file says around it. */
export interface JobSchedule {
  /** Identity within the job: a hash of the schedule's normal form and args, with `#n` for the nth equal one. Survives reordering. */
  readonly key: string
  readonly enabled: boolean
  /** Explicit args; they override those that the schedule offers. */
  readonly args: Readonly<Record<string, string>>
  readonly schedule: ScheduleSpec
  readonly stop: StopSpec | null
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
}
