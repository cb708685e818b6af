import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOW } from './fixture/api-server.ts'
import { statsJson } from './stats-json.ts'

test('the stats have every member of the existing form, in its units', async () => {
  const stats = await statsJson({
    control: { startTime: NOW - 60_000 },
    engine: { load: () => ({ scheduled: 1, waiting: 2, starting: 3, running: 4, stopping: 5, timers: 6, inputs: 7 }) },
    delay: { take: () => ({ count: 4, min: 1, max: 500, mean: 250 }) },
    gc: { of: (kind) => ({ count: kind === 'major' ? 1 : 2, elapsed: 0.5, longest: 0.25 }) },
    feed: { seq: 8, followers: 9 },
    now: () => NOW,
  })
  const { rusage_maxrss, rusage_utime, rusage_stime, statm_size, statm_resident, ...rest } = stats
  for (const used of [rusage_maxrss, rusage_utime, rusage_stime, statm_size, statm_resident]) assert.ok(used > 0)
  assert.ok(statm_resident <= statm_size)
  const collections = { collections: 2, collected: 0, uncollectable: 0, elapsed: 0.5, elapsed_max: 0.25 }
  assert.deepEqual(rest, {
    start_time: '2026-01-02T03:03:05.678+00:00',
    time: '2026-01-02T03:04:05.678+00:00',
    async: { latency_count: 4, latency_min: 0.001, latency_max: 0.5, latency_avg: 0.25, num_tasks: 7 },
    tasks: { num_waiting: 2, num_starting: 3, num_running: 4, num_stopping: 5, num_action: 0 },
    len_runlogdb_cache: 0,
    scheduled: { num_heap: 6, num_entries: 1 },
    run_store: { num_expected_runs: 1, num_active_runs: 14, publisher: { num_subs: 9, len_queues: 0 } },
    outputs: { num_cached: 0 },
    summary_publisher: { num_subs: 9, len_queues: 0 },
    gc: [collections, collections, { ...collections, collections: 1 }],
    feed: { seq: 8, num_subs: 9 },
  })
})
