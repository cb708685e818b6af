import { jobsState, reloadJobs, shutDown, version } from './control.ts'
import { cancelBackfill, createBackfill, listBackfills } from './backfills.ts'
import { bulk } from './bulk.ts'
import { alive, running, stats } from './health.ts'
import { ledgerSummary, listInstants, sanity } from './instants.ts'
import { getJob, listJobs } from './jobs.ts'
import { holdRun, markRun, moveRun, releaseRun, rerunRun, signalRun, skipRun, startRun, stopRun } from './operations.ts'
import { getOutput, listOutputs } from './outputs.ts'
import { createPause, listPauses, resumePause } from './pauses.ts'
import { drainConnection, listConnections, listGroups, undrainConnection } from './procstar.ts'
import type { AnyRoute } from './route.ts'
import { getRun, getRunDependencies, getRunLog, listRuns } from './runs.ts'
import { scheduleRun } from './schedule.ts'
import { diffJobVersions, listJobVersions } from './versions.ts'

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
export * from './versions.ts'
export * from './pauses.ts'
export * from './backfills.ts'
export * from './bulk.ts'
export type { ReasonBody } from './values.ts'

/** Every route of the API. */
export const ROUTES: readonly AnyRoute[] = [
  alive,
  running,
  stats,
  listJobs,
  getJob,
  listJobVersions,
  diffJobVersions,
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
  holdRun,
  releaseRun,
  moveRun,
  bulk,
  listPauses,
  createPause,
  resumePause,
  listBackfills,
  createBackfill,
  cancelBackfill,
  listInstants,
  ledgerSummary,
  sanity,
  version,
  reloadJobs,
  jobsState,
  shutDown,
  listConnections,
  listGroups,
  drainConnection,
  undrainConnection,
]
