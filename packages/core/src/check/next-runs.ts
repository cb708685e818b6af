import { occurrencesOf } from '../plan/occurrences.ts'
import type { Job, JobSchedule } from '../job/job.ts'
import type { Args } from '../run/run.ts'
import type { Instant } from '../time/index.ts'

/** How far the next run is looked for: 20 years. A schedule with nothing due until then has none. */
export const NEXT_RUN_HORIZON: number = 20 * 366 * 86_400_000

/** Args of the next run of a schedule, enabled or not; null where there is none. */
export function nextRunArgs(job: Job, schedule: JobSchedule, now: Instant): Args | null {
  const [next] = occurrencesOf(job, schedule, now, now + NEXT_RUN_HORIZON)
  return next?.args ?? null
}

/** Args of the next runs of all schedules of a job. */
export function nextRuns(job: Job, now: Instant): readonly Args[] {
  return job.schedules.map((schedule) => nextRunArgs(job, schedule, now)).filter((args) => args !== null)
}
