import type { Job, JobSchedule } from '../job/job.ts'
import type { Occurrence } from '../kind/index.ts'
import { delayed } from '../schedule/index.ts'
import type { Args } from '../run/run.ts'
import type { Instant } from '../time/index.ts'
import { instantArgs } from './instant-args.ts'

/** A due instant of a job: what a run grows from. */
export interface DueInstant {
  /** With the schedule's jitter. */
  readonly due: Instant
  /** Of the job's params those that `schedule_time`, the job file, or the schedule give; by name in order. Made when asked for. */
  readonly args: Args
  /** All args that the schedule offers for it, those that the job has no param for included. Made when asked for. */
  readonly offered: Args
  /** When the run is to be stopped, or null. Made when asked for. */
  readonly stopAt: Instant | null
}

// What the instants of a schedule have in common.
interface Source {
  readonly params: Job['params']
  readonly schedule: JobSchedule
}

/**
 * The due instants of one schedule of a job in [from, to), in order, once each: with jitter, args and stop times as runs have them. The
 * one source of them for planning, forecasts and checks. Lazy; whether the schedule is enabled does not matter.
 */
export function* occurrencesOf(
  job: Pick<Job, 'params'>,
  jobSchedule: JobSchedule,
  from: Instant,
  to: Instant,
): Generator<DueInstant> {
  const { schedule, offset } = jobSchedule
  const source: Source = { params: job.params, schedule: jobSchedule }
  const occurrences =
    offset === 0
      ? schedule.occurrences(from, to)
      : delayed((start, end) => schedule.occurrences(start, end), offset, from, to)
  for (const occurrence of occurrences) {
    yield new LazyInstant(source, occurrence)
  }
}

// A class, since getters in a literal cost ten times as much, and most instants are only counted.
class LazyInstant implements DueInstant {
  readonly due: Instant
  readonly #source: Source
  readonly #occurrence: Occurrence
  #offered: Args | null = null

  constructor(source: Source, occurrence: Occurrence) {
    this.due = occurrence.due
    this.#source = source
    this.#occurrence = occurrence
  }

  // What a run is about is not moved with it: its args, `schedule_time` too, are those of the instant before jitter.
  get args(): Args {
    const { params, schedule } = this.#source
    return instantArgs(params, schedule.args, this.offered, this.due - schedule.offset)
  }

  get offered(): Args {
    return (this.#offered ??= this.#occurrence.args)
  }

  get stopAt(): Instant | null {
    return this.#source.schedule.stop?.stopTime(this.due) ?? null
  }
}
