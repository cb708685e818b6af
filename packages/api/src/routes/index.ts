import { reloadJobs, shutDown, version } from './control.ts'
import { alive, running, stats } from './health.ts'
import { listInstants } from './instants.ts'
import { getJob, listJobs } from './jobs.ts'
import { markRun, rerunRun, signalRun, skipRun, startRun, stopRun } from './operations.ts'
import { getOutput, listOutputs } from './outputs.ts'
import { listConnections, listGroups } from './procstar.ts'
import type { AnyRoute } from './route.ts'
import { getRun, getRunDependencies, getRunLog, listRuns } from './runs.ts'
import { scheduleRun } from './schedule.ts'

export * from './route.ts'
export * from './health.ts'
export * from './jobs.ts'
export * from './runs.ts'
export * from './outputs.ts'
export * from './operations.ts'
export * from './schedule.ts'
export * from './control.ts'
export * from './procstar.ts'
export * from './instants.ts'

/** Every route of the API. */
export const ROUTES: readonly AnyRoute[] = [
  alive,
  running,
  stats,
  listJobs,
  getJob,
  listRuns,
  scheduleRun,
  getRun,
  getRunLog,
  getRunDependencies,
  listOutputs,
  getOutput,
  startRun,
  skipRun,
  stopRun,
  signalRun,
  markRun,
  rerunRun,
  listInstants,
  version,
  reloadJobs,
  shutDown,
  listConnections,
  listGroups,
]
