import type { Instant } from '../time/instant.ts'
import type { Args, NewRun, Origin, RunId } from './run.ts'

/** What a new run is made of. */
export interface RunSeed {
  readonly id: RunId
  readonly jobId: string
  readonly args: Args
  readonly labels: readonly string[]
  readonly origin: Origin
  /** The intended time. */
  readonly schedule: Instant
  /** When it is to be stopped, if at all. */
  readonly stop: Instant | null
}

/** A run that nothing has happened to yet. */
export function newRun(seed: RunSeed, now: Instant): NewRun {
  const { id, jobId, args, labels, origin, schedule, stop } = seed
  return {
    id,
    jobId,
    args,
    labels,
    origin,
    version: 0,
    state: 'new',
    times: stop === null ? { new: now, schedule } : { new: now, schedule, stop },
  }
}
