import { z } from 'zod'
import { type ApiTime, apiTimeSchema } from './time.ts'

/** Garbage collections of one generation. */
export interface CollectionsJson {
  readonly collections: number
  /** Always 0: the runtime does not say. */
  readonly collected: number
  readonly uncollectable: number
  /** Seconds, of all and of the longest. */
  readonly elapsed: number
  readonly elapsed_max: number
}

interface SubscribersJson {
  readonly num_subs: number
  /** Always 0: what is held for a follower is one message. */
  readonly len_queues: number
}

/** How the server is doing: all members of the existing form (spec/apsis.md 8.4), and ours. */
export interface StatsJson {
  readonly start_time: ApiTime
  readonly time: ApiTime
  /** How long the event loop was held up since the last time this was asked, in seconds; `num_tasks`: inputs that wait for the engine. */
  readonly async: {
    readonly latency_count: number
    readonly latency_min: number
    readonly latency_max: number
    readonly latency_avg: number
    readonly num_tasks: number
  }
  /** KiB. */
  readonly rusage_maxrss: number
  /** Seconds of CPU time. */
  readonly rusage_utime: number
  readonly rusage_stime: number
  /** Live runs by what they do. `num_action` is always 0: actions are done in the turn of what they follow. */
  readonly tasks: {
    readonly num_waiting: number
    readonly num_starting: number
    readonly num_running: number
    readonly num_stopping: number
    readonly num_action: number
  }
  /** Always 0: the log of runs is not cached. */
  readonly len_runlogdb_cache: number
  /** Timers armed, and scheduled runs that are due soon. */
  readonly scheduled: { readonly num_heap: number; readonly num_entries: number }
  /** Runs in memory: scheduled ones that are due soon, and live ones. */
  readonly run_store: {
    readonly num_expected_runs: number
    readonly num_active_runs: number
    readonly publisher: SubscribersJson
  }
  /** Always 0: outputs are not cached. */
  readonly outputs: { readonly num_cached: number }
  readonly summary_publisher: SubscribersJson
  /** Of young objects, in steps, and of everything. */
  readonly gc: readonly CollectionsJson[]
  /** Memory of the process, bytes: of addresses, and resident. */
  readonly statm_size: number
  readonly statm_resident: number
  /** The live feed: its newest number, and the sockets that follow it. */
  readonly feed: { readonly seq: number; readonly num_subs: number }
}

const subscribers = z.object({ num_subs: z.int(), len_queues: z.int() })

export const statsJsonSchema: z.ZodType<StatsJson> = z
  .object({
    start_time: apiTimeSchema,
    time: apiTimeSchema,
    async: z.object({
      latency_count: z.int(),
      latency_min: z.number(),
      latency_max: z.number(),
      latency_avg: z.number(),
      num_tasks: z.int(),
    }),
    rusage_maxrss: z.number(),
    rusage_utime: z.number(),
    rusage_stime: z.number(),
    tasks: z.object({
      num_waiting: z.int(),
      num_starting: z.int(),
      num_running: z.int(),
      num_stopping: z.int(),
      num_action: z.int(),
    }),
    len_runlogdb_cache: z.int(),
    scheduled: z.object({ num_heap: z.int(), num_entries: z.int() }),
    run_store: z.object({ num_expected_runs: z.int(), num_active_runs: z.int(), publisher: subscribers }),
    outputs: z.object({ num_cached: z.int() }),
    summary_publisher: subscribers,
    gc: z.array(
      z.object({
        collections: z.int(),
        collected: z.int(),
        uncollectable: z.int(),
        elapsed: z.number(),
        elapsed_max: z.number(),
      }),
    ),
    statm_size: z.number(),
    statm_resident: z.number(),
    feed: z.object({ seq: z.int(), num_subs: z.int() }),
  })
  .meta({ title: 'Stats' })
