import { readFile } from 'node:fs/promises'
import { type CollectionsJson, formatTime, type StatsJson } from '@apsis/api/json'
import type { Instant } from '@apsis/core/time'
import type { Collections, EngineLoad, LoopDelay, ServerControl } from './ports.ts'

export interface StatsPorts {
  readonly control: Pick<ServerControl, 'startTime'>
  readonly engine: EngineLoad
  readonly delay: LoopDelay
  readonly gc: Collections
  readonly feed: { readonly seq: number; readonly followers: number }
  readonly now: () => Instant
}

/** Bytes. */
const PAGE = 4096

/** How the server is doing (spec/apsis.md 8.4). The delays of the event loop are those since the last call. */
export async function statsJson(ports: StatsPorts): Promise<StatsJson> {
  const { control, engine, delay, gc, feed } = ports
  const usage = process.resourceUsage()
  const { scheduled, waiting, starting, running, stopping, timers, inputs } = engine.load()
  const { count, min, max, mean } = delay.take()
  const [size = 0, resident = 0] = await memory()
  const publisher = { num_subs: feed.followers, len_queues: 0 }
  return {
    start_time: formatTime(control.startTime),
    time: formatTime(ports.now()),
    async: {
      latency_count: count,
      latency_min: min / 1_000,
      latency_max: max / 1_000,
      latency_avg: mean / 1_000,
      num_tasks: inputs,
    },
    rusage_maxrss: usage.maxRSS,
    rusage_utime: usage.userCPUTime / 1e6,
    rusage_stime: usage.systemCPUTime / 1e6,
    tasks: {
      num_waiting: waiting,
      num_starting: starting,
      num_running: running,
      num_stopping: stopping,
      num_action: 0,
    },
    len_runlogdb_cache: 0,
    scheduled: { num_heap: timers, num_entries: scheduled },
    run_store: {
      num_expected_runs: scheduled,
      num_active_runs: waiting + starting + running + stopping,
      publisher,
    },
    outputs: { num_cached: 0 },
    summary_publisher: publisher,
    gc: [collections(gc, 'minor'), collections(gc, 'incremental'), collections(gc, 'major')],
    statm_size: size,
    statm_resident: resident,
    feed: { seq: feed.seq, num_subs: feed.followers },
  }
}

function collections(gc: Collections, kind: Parameters<Collections['of']>[0]): CollectionsJson {
  const { count, elapsed, longest } = gc.of(kind)
  return { collections: count, collected: 0, uncollectable: 0, elapsed, elapsed_max: longest }
}

/** Bytes of addresses, and resident; empty where the system does not say. */
async function memory(): Promise<readonly number[]> {
  const text = await readFile('/proc/self/statm', 'utf8').catch(() => '')
  return text === '' ? [] : text.split(' ', 2).map((pages) => Number(pages) * PAGE)
}
