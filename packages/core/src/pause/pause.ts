import { formatInstant, type Instant } from '../time/index.ts'

/** Pauses that may be in force at once. */
export const MAX_PAUSES = 1_000

/** Which jobs a pause is of: a job by its exact id, or all whose id begins with a prefix ending in `/`; or all that carry a label. */
export type PauseScope = 'job' | 'label'

/** What becomes of the instants that come due meanwhile: they are skipped, or held until the pause ends. */
export type PauseMode = 'skip' | 'hold'

/** The schedules of some jobs start nothing, until a time or for ever. Runs made by request, rerun, action or backfill are not affected. */
export interface Pause {
  /** Unique for ever. */
  readonly id: string
  readonly scope: PauseScope
  /** A job id, a prefix of job ids ending in `/`, or a label. */
  readonly target: string
  /** Since when; instants due before are not affected. */
  readonly createdAt: Instant
  /** Null: until it is ended by a user. */
  readonly until: Instant | null
  readonly mode: PauseMode
  readonly reason: string | null
}

/** Whether the pause is of a job. */
export function isOfJob(
  pause: Pick<Pause, 'scope' | 'target'>,
  job: { readonly jobId: string; readonly labels: readonly string[] },
): boolean {
  const { scope, target } = pause
  if (scope === 'label') return job.labels.includes(target)
  return job.jobId === target || (target.endsWith('/') && job.jobId.startsWith(target))
}

/** Whether the pause still holds at `now`. */
export function isActive(pause: Pause, now: Instant): boolean {
  return pause.until === null || pause.until > now
}

/** Whether the pause covers an instant that is due at `due`, however late it is looked at. */
export function covers(pause: Pause, due: Instant): boolean {
  return due >= pause.createdAt && isActive(pause, due)
}

/** A pause in words, such as `job a/ is paused until 2026-01-01T00:00:00+00:00: moving house`. */
export function pauseText({ scope, target, until, reason }: Pause): string {
  const when = until === null ? '' : ` until ${formatInstant(until)}`
  return `${scope} ${target} is paused${when}${reason === null ? '' : `: ${reason}`}`
}
