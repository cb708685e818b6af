import type { Job, JobSchedule } from '../job/job.ts'
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

/**
 * The due instants of one schedule of a job in [from, to), in order, once each: with jitter, args and stop times as runs have them. The
 * one source of them for planning, forecasts and checks. Lazy; whether the schedule is enabled does not matter.
 */
export function* occurrencesOf(
  job: Pick<Job, 'params'>,
  { schedule, args: explicit, stop, offset }: JobSchedule,
  from: Instant,
  to: Instant,
): Generator<DueInstant> {
  const occurrences =
    offset === 0
      ? schedule.occurrences(from, to)
      : delayed((start, end) => schedule.occurrences(start, end), offset, from, to)
  for (const occurrence of occurrences) {
    const { due } = occurrence
    yield {
      due,
      // What a run is about is not moved with it: its args, `schedule_time` too, are those of the instant before jitter.
      get args() {
        return instantArgs(job.params, explicit, occurrence.args, due - offset)
      },
      get offered() {
        return occurrence.args
      },
      get stopAt() {
        return stop?.stopTime(due) ?? null
      },
    }
  }
}
