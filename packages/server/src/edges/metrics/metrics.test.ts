import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openMemoryStore } from '@apsis/store/memory'
import { newRun, type Run, type StartingRun, step } from '@apsis/core/run'
import type { AgentView, SanityReport } from '../../engine/index.ts'
import { startApiServer } from '../http/fixture/api-server.ts'
import { parseExposition } from './fixture/exposition.ts'
import { ServerMetrics } from './server-metrics.ts'
import type { MetricSources } from './sources.ts'

const NOW = 1_767_323_045_678
const found = (total: number): { total: number; more: boolean; list: [] } => ({ total, more: false, list: [] })
const FOUND: SanityReport = {
  at: NOW,
  compared: NOW - 1_000,
  from: NOW - 3_600_000,
  to: NOW + 3_600_000,
  unaccounted: 3,
  unscheduled: found(1),
  late: found(2),
  orphaned: found(4),
  ranLate: found(5),
}
const GC = { of: () => ({ count: 2, elapsed: 0.5, longest: 0.3 }) }

function sources(given: Partial<MetricSources> = {}): MetricSources {
  const store = openMemoryStore()
  return {
    version: '1.2.3',
    dataFolder: '/proc/self/none',
    now: () => NOW,
    load: () => ({
      scheduled: 1,
      waiting: 2,
      starting: 3,
      running: 4,
      stopping: 5,
      timers: 6,
      inputs: 7,
      failingSince: NOW - 2_500,
    }),
    agents: () => [],
    drained: () => false,
    loadOf: () => 0,
    jobs: () => 9,
    feed: { seq: 11, followers: 12, drops: 13 },
    queues: () => store.queues(),
    sanity: () => null,
    retentionLag: () => null,
    ...given,
  }
}

async function samples(metrics: ServerMetrics): Promise<ReadonlyMap<string, number>> {
  const families = parseExposition(await metrics.text())
  return new Map([...families.values()].flatMap(({ samples: some }) => [...some]))
}

function agent(group: string, connId: string, given: Partial<AgentView>): AgentView {
  const conn = { conn_id: connId, group_id: group, restricted_exe: null }
  const times = { firstConnect: NOW, lastConnect: NOW, lastDisconnect: null, connects: 1, received: 1, sent: 1 }
  const proc = { pid: 1, ppid: 1, uid: 1, euid: 1, username: null, gid: 1, egid: 1, groupname: null, hostname: 'h' }
  return { conn, proc, address: '', port: 1, connected: true, shutdownState: 'active', ...times, ...given }
}

function run(time: number): Run {
  const seed = { id: 'r1', jobId: 'j', args: {}, labels: [], schedule: time, stop: null } as const
  const made = step(newRun({ ...seed, origin: { type: 'request' } }, NOW), { type: 'schedule', message: '' }, NOW)
  assert.ok(made.ok)
  return made.run
}

test('a scrape over HTTP is what Prometheus reads, and counts the requests by route', async (t) => {
  const server = await startApiServer()
  t.after(() => server.stop())
  for (const path of ['/api/v1/jobs', '/api/v1/runs/r1', '/api/v1/runs/r2', '/api/v1/nothing', '/api/v1/jobs?x=%00'])
    await (await fetch(server.base + path)).text()
  const response = await fetch(`${server.base}/metrics`)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const families = parseExposition(await response.text())
  const requests = families.get('apsis_http_request_duration_seconds')
  assert.equal(requests?.type, 'histogram')
  const counts = [...requests.samples].filter(([key]) => key.includes('_count{'))
  assert.deepEqual(Object.fromEntries(counts), {
    'apsis_http_request_duration_seconds_count{method="GET",route="/api/v1/jobs",status="200"}': 2,
    'apsis_http_request_duration_seconds_count{method="GET",route="/api/v1/runs/:run_id",status="404"}': 2,
    'apsis_http_request_duration_seconds_count{method="GET",route="none",status="404"}': 1,
  })
  const post = await fetch(`${server.base}/metrics`, { method: 'POST' })
  assert.equal(post.status, 404)
})

test('what the engine tells is counted', async () => {
  const metrics = new ServerMetrics(sources(), GC)
  const { observer } = metrics
  observer.made(run(NOW))
  observer.started({ ...run(NOW), id: 'r1' }, 20)
  observer.started(run(NOW), null)
  observer.committing()
  observer.commitFailed()
  assert.ok(metrics.committingFor() >= 0)
  observer.committed(1_500, 30, 90)
  assert.equal(metrics.committingFor(), 0)
  metrics.loopDelay(300)
  const found = await samples(metrics)
  for (const [key, value] of Object.entries({
    apsis_runs_created_total: 1,
    apsis_start_lateness_seconds_count: 1,
    apsis_start_lateness_seconds_sum: 0.02,
    apsis_commit_failures_total: 1,
    apsis_commit_duration_seconds_sum: 1.5,
    apsis_commit_runs_sum: 30,
    'apsis_commit_runs_bucket{le="20"}': 0,
    'apsis_commit_runs_bucket{le="50"}': 1,
    apsis_event_loop_delay_seconds_sum: 0.3,
    'apsis_runs_finished_total{state="failure"}': 0,
  }))
    assert.equal(found.get(key), value, key)
})

test('when a run is known to run, it was as late as since it was due; one that waited does not count', async () => {
  let now = NOW
  const metrics = new ServerMetrics(sources({ now: () => now }), GC)
  const { observer } = metrics
  const bound = {
    definition: 'h',
    program: { type: 'no-op', spec: {}, str: '', stop: { signal: 15, grace: null }, timeout: null },
    conditions: [],
  }
  const starting: StartingRun = {
    ...run(NOW),
    state: 'starting',
    bound,
    handle: { id: 'p', on: 'server', agent: null },
  }
  observer.started(starting, 20)
  now += 100
  observer.running(starting)
  observer.running(starting)
  observer.started({ ...starting, id: 'r2', state: 'waiting', waitingFor: null }, 20)
  observer.running({ ...starting, id: 'r2' })
  const ended = { ...starting, state: 'success', message: null, elapsed: 0 } as const
  observer.started({ ...starting, id: 'r3' }, 20)
  observer.finished({ ...ended, id: 'r3', times: { ...starting.times, running: now } })
  observer.started({ ...starting, id: 'r4' }, 20)
  observer.finished({ ...ended, id: 'r4', state: 'error' })
  const found = await samples(metrics)
  assert.equal(found.get('apsis_start_lateness_seconds_count'), 4)
  assert.equal(found.get('apsis_running_lateness_seconds_count'), 2)
  assert.equal(Math.round((found.get('apsis_running_lateness_seconds_sum') ?? 0) * 1_000), 140)
  assert.equal(found.get('apsis_runs_finished_total{state="success"}'), 1)
  assert.equal(found.get('apsis_runs_finished_total{state="error"}'), 1)
})

test('what is looked at is as its sources say', async () => {
  const found = await samples(new ServerMetrics(sources({ sanity: () => FOUND, retentionLag: () => 1_500 }), GC))
  for (const [key, value] of Object.entries({
    'apsis_info{version="1.2.3"}': 1,
    'apsis_runs{state="scheduled"}': 1,
    'apsis_runs{state="waiting"}': 2,
    'apsis_runs{state="starting"}': 3,
    'apsis_runs{state="running"}': 4,
    'apsis_runs{state="stopping"}': 5,
    apsis_engine_timers: 6,
    apsis_engine_inputs: 7,
    apsis_store_failing_seconds: 2.5,
    apsis_jobs: 9,
    apsis_changes_total: 11,
    apsis_feed_followers: 12,
    apsis_feed_drops_total: 13,
    'apsis_store_waiting{queue="changes"}': 0,
    'nodejs_gc_total{kind="major"}': 2,
    apsis_unaccounted_instants: 3,
    'apsis_sanity_findings{kind="unscheduled"}': 1,
    'apsis_sanity_findings{kind="late"}': 2,
    'apsis_sanity_findings{kind="orphaned"}': 4,
    'apsis_sanity_findings{kind="ran_late"}': 5,
    apsis_sanity_check_timestamp_seconds: NOW / 1_000,
    apsis_sanity_compared_until_timestamp_seconds: NOW / 1_000 + 3_600,
    apsis_retention_lag_seconds: 1.5,
  }))
    assert.equal(found.get(key), value, key)
  for (const key of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'process_open_fds',
    'process_max_fds',
  ])
    assert.ok((found.get(key) ?? 0) > 0, key)
})

test('what is not known is not there; and what goes away goes', async () => {
  let known: SanityReport | null = null
  const metrics = new ServerMetrics(sources({ sanity: () => known }), GC)
  assert.equal((await samples(metrics)).has('apsis_unaccounted_instants'), false)
  known = { ...FOUND, unaccounted: 0 }
  assert.equal((await samples(metrics)).get('apsis_unaccounted_instants'), 0)
  known = null
  assert.equal((await samples(metrics)).has('apsis_unaccounted_instants'), false)
})

test('agents are counted by group and state, and no more than a hundred groups have rows', async () => {
  let agents = [
    agent('a', '1', {}),
    agent('a', '2', { shutdownState: 'idling' }),
    agent('a', '3', { connected: false }),
    agent('a', '5', {}),
    agent('"b\\\n', '4', {}),
  ]
  const metrics = new ServerMetrics(
    sources({
      agents: () => agents,
      loadOf: (connId) => Number(connId),
      drained: (connId) => connId === '5',
    }),
    GC,
  )
  const found = await samples(metrics)
  for (const [state, count] of [
    ['connected', 1],
    ['draining', 2],
    ['disconnected', 1],
  ] as const)
    assert.equal(found.get(`apsis_agents{group="a",state="${state}"}`), count)
  assert.equal(found.get('apsis_agent_runs{group="a"}'), 11)
  assert.equal(found.get('apsis_agent_runs{group="\\"b\\\\\\n"}'), 4)
  agents = Array.from({ length: 1_000 }, (_, index) => agent(`g${index}`, '1', {}))
  const many = [...(await samples(metrics))].filter(([key]) => key.startsWith('apsis_agent_runs'))
  assert.equal(many.length, 101)
  assert.equal(new Map(many).get('apsis_agent_runs{group="other groups"}'), 900)
})

test('sizes of the database files in the data folder', async (t: TestContext) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'apsis-metrics-'))
  t.after(() => rm(dataFolder, { recursive: true }))
  for (const [name, size] of [
    ['runs.db', 10],
    ['runs.db-wal', 20],
    ['other', 30],
  ] as const)
    await writeFile(join(dataFolder, name), 'x'.repeat(size))
  const found = [...(await samples(new ServerMetrics(sources({ dataFolder }), GC)))]
  assert.deepEqual(
    found.filter(([key]) => key.startsWith('apsis_database_bytes')),
    [
      ['apsis_database_bytes{file="runs.db"}', 10],
      ['apsis_database_bytes{file="runs.db-wal"}', 20],
    ],
  )
})

test('two who ask at a time get the same text, and the next one a new', async () => {
  const metrics = new ServerMetrics(sources(), GC)
  const [one, two] = await Promise.all([metrics.text(), metrics.text()])
  assert.equal(one, two)
  metrics.observer.commitFailed()
  assert.notEqual(await metrics.text(), one)
})

test('a scrape of a busy server is under 5 ms of the thread, in slices', async () => {
  const agents = Array.from({ length: 200 }, (_, index) => agent(`g${index % 20}`, String(index), {}))
  const metrics = new ServerMetrics(sources({ agents: () => agents }), GC)
  for (let route = 0; route < 60; route++)
    for (const status of [200, 404]) metrics.request({ method: 'GET', route: `/api/v1/${route}`, status, took: 3 })
  for (let warm = 0; warm < 30; warm++) await metrics.text()
  const costs: number[] = []
  for (let round = 0; round < 21; round++) {
    const before = process.threadCpuUsage()
    await metrics.text()
    const { user, system } = process.threadCpuUsage(before)
    costs.push((user + system) / 1_000)
  }
  const median = costs.sort((a, b) => a - b)[10] ?? Number.NaN
  assert.ok(median < 5, `${median} ms`)
})

test('the reference has every metric, with its type and labels, and no other', async () => {
  const all = sources({ agents: () => [agent('a', '1', {})], sanity: () => FOUND, retentionLag: () => 0 })
  const metrics = new ServerMetrics(all, GC)
  metrics.request({ method: 'GET', route: '/', status: 200, took: 1 })
  const found = [...parseExposition(await metrics.text())].map(([name, { type, samples: some }]) => {
    const labels = [...some.keys()].flatMap((key) => [...key.matchAll(/([a-z_]+)="/g)].map(([, label]) => label))
    return [name, { type, labels: new Set(labels.filter((label) => label !== 'le')) }] as const
  })
  const page = await readFile(new URL('../../../../../docs/reference/logs-and-metrics.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (counter|gauge|histogram) \|([^|]*)\|/gm)]
  const told = rows.map(([, name = '', type = '', labels = '']) => {
    return [name, { type, labels: new Set([...labels.matchAll(/`([a-z_]+)`/g)].map(([, label]) => label)) }] as const
  })
  // Here there are no files that it has rows of.
  const files = ['apsis_database_bytes', { type: 'gauge', labels: new Set(['file']) }] as const
  assert.deepEqual(new Map(told), new Map([...found, files]))
})
