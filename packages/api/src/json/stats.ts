import { z } from 'zod'
import { type ApiTime, apiTimeSchema } from './time.ts'

/** How the server is doing: those members of the existing form (spec/apsis.md 8.4) that mean something here. */
export interface StatsJson {
  readonly start_time: ApiTime
  readonly time: ApiTime
  /** KiB. */
  readonly rusage_maxrss: number
  /** Seconds of CPU time. */
  readonly rusage_utime: number
  readonly rusage_stime: number
  /** Live runs by what they do. */
  readonly tasks: {
    readonly num_waiting: number
    readonly num_starting: number
    readonly num_running: number
    readonly num_stopping: number
  }
  /** Timers armed. */
  readonly scheduled: { readonly num_heap: number }
  /** The live feed: its newest number, and the sockets that follow it. */
  readonly feed: { readonly seq: number; readonly num_subs: number }
  /** How long the event loop was held up since the last time this was asked, in seconds. */
  readonly async: { readonly latency_max: number; readonly latency_avg: number }
}

export const statsJsonSchema: z.ZodType<StatsJson> = z
  .object({
    start_time: apiTimeSchema,
    time: apiTimeSchema,
    rusage_maxrss: z.number(),
    rusage_utime: z.number(),
    rusage_stime: z.number(),
    tasks: z.object({
      num_waiting: z.int(),
      num_starting: z.int(),
      num_running: z.int(),
      num_stopping: z.int(),
    }),
    scheduled: z.object({ num_heap: z.int() }),
    feed: z.object({ seq: z.int(), num_subs: z.int() }),
    async: z.object({ latency_max: z.number(), latency_avg: z.number() }),
  })
  .meta({ title: 'Stats' })
