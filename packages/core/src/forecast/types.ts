import type { PlanJob } from '../plan/index.ts'
import type { Args } from '../run/run.ts'
import type { CivilDate, Instant } from '../time/index.ts'

/** A run that a schedule is to make. */
export interface ForecastRun {
  readonly jobId: string
  readonly scheduleKey: string
  /** Place of the schedule in its job, from 0. */
  readonly index: number
  readonly due: Instant
  /** As the run is going to have them: those of the job's params that the schedule gives. */
  readonly args: Args
  readonly stopAt: Instant | null
  /** The day that the run is of: the `date` that the schedule offers, else that of `due` in UTC. */
  readonly nominal: CivilDate
}

/** What a forecast needs of a job. */
export type ForecastJob = PlanJob

/** [from, to). */
export interface ForecastWindow {
  readonly from: Instant
  readonly to: Instant
  /** Instants that are left out: what becomes of them is decided. Default none. */
  readonly without?: (jobId: string, scheduleKey: string, due: Instant) => boolean
}

/** A schedule that threw: its runs are missing from there on. */
export interface BrokenForecast {
  readonly jobId: string
  readonly scheduleKey: string
  readonly index: number
  readonly message: string
}
