import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { AgentView, SanityReport } from '../../engine/index.ts'
import { GC_KINDS, type GcWatch } from './gc-watch.ts'
import type { MetricSources } from './sources.ts'

/** Groups of agents that have rows of their own; further ones share one. */
const GROUPS = 100
const OTHER_GROUPS = 'other groups'
/** Database files that have rows: archives in the data folder are among them. */
const FILES = 32

/** The figures that are looked at when somebody asks. */
export class Gauges {
  readonly #registry: Registry
  readonly #sources: MetricSources
  readonly #gc: Pick<GcWatch, 'of'>
  readonly #started: number = Math.round(performance.timeOrigin) / 1_000

  readonly #runs: Gauge<'state'>
  readonly #agents: Gauge<'group' | 'state'>
  readonly #agentRuns: Gauge<'group'>
  readonly #queues: Gauge<'queue'>
  readonly #files: Gauge<'file'>
  readonly #collections: Counter<'kind'>
  readonly #collecting: Counter<'kind'>
  readonly #unaccounted: Gauge
  readonly #findings: Gauge<'kind'>
  readonly #looked: Gauge
  readonly #compared: Gauge
  readonly #retention: Gauge

  constructor(registry: Registry, sources: MetricSources, gc: Pick<GcWatch, 'of'>) {
    this.#registry = registry
    this.#sources = sources
    this.#gc = gc
    const registers = [registry]
    const labelled = <T extends string>(name: string, help: string, ...labelNames: T[]): Gauge<T> =>
      new Gauge({ name, help, labelNames, registers })
    const version = labelled('apsis_info', 'Always 1; the version of the program.', 'version')
    version.set({ version: sources.version }, 1)
    this.#runs = labelled('apsis_runs', 'Runs that the engine holds; of those scheduled, the ones due soon.', 'state')
    this.#agents = labelled(
      'apsis_agents',
      'Agents: connected, draining (connected, and taking no more), disconnected.',
      'group',
      'state',
    )
    this.#agentRuns = labelled(
      'apsis_agent_runs',
      'Runs that agents of the group were given and that have not ended.',
      'group',
    )
    this.#queues = labelled('apsis_store_waiting', 'What waits in the store: changes, bytes of output, reads.', 'queue')
    this.#files = labelled('apsis_database_bytes', 'Sizes of database files.', 'file')
    this.#unaccounted = labelled(
      'apsis_unaccounted_instants',
      'Instants that are overdue and have no verdict, with a row or without; not there until first counted.',
    )
    this.#findings = labelled('apsis_sanity_findings', 'What the check of the ledger found last.', 'kind')
    this.#looked = labelled('apsis_sanity_check_timestamp_seconds', 'When the check of the ledger was last done.')
    this.#compared = labelled(
      'apsis_sanity_compared_until_timestamp_seconds',
      'Up to which due time schedules and ledger were compared.',
    )
    this.#retention = labelled('apsis_retention_lag_seconds', 'For how long what retention is to remove has been due.')
    const counter = (name: string, help: string): Counter<'kind'> =>
      new Counter({ name, help, labelNames: ['kind'], registers })
    this.#collections = counter('nodejs_gc_total', 'Garbage collections.')
    this.#collecting = counter('nodejs_gc_duration_seconds_total', 'Time spent on garbage collections.')
    this.#simple()
  }

  /** Takes every figure anew. */
  async look(): Promise<void> {
    const sources = this.#sources
    const { scheduled, waiting, starting, running, stopping } = sources.load()
    for (const [state, count] of Object.entries({ scheduled, waiting, starting, running, stopping }))
      this.#runs.set({ state }, count)
    this.#lookAtAgents(sources.agents())
    const { changes, outputBytes, reads, historyReads } = sources.queues()
    this.#queues.set({ queue: 'changes' }, changes)
    this.#queues.set({ queue: 'output_bytes' }, outputBytes)
    this.#queues.set({ queue: 'reads' }, reads)
    this.#queues.set({ queue: 'history_reads' }, historyReads)
    this.#lookAtSanity(sources.sanity())
    const lag = sources.retentionLag()
    setOrRemove(this.#retention, lag === null ? null : lag / 1_000)
    for (const kind of GC_KINDS) {
      const { count, elapsed } = this.#gc.of(kind)
      setTotal(this.#collections, { kind }, count)
      setTotal(this.#collecting, { kind }, elapsed)
    }
    await this.#lookAtFiles()
  }

  #lookAtSanity(report: SanityReport | null): void {
    if (report === null) {
      for (const gauge of [this.#unaccounted, this.#looked, this.#compared]) gauge.remove()
      return
    }
    this.#unaccounted.set(report.unaccounted)
    this.#looked.set(report.at / 1_000)
    this.#compared.set(report.to / 1_000)
    this.#findings.set({ kind: 'unscheduled' }, report.unscheduled.total)
    this.#findings.set({ kind: 'late' }, report.late.total)
    this.#findings.set({ kind: 'orphaned' }, report.orphaned.total)
    this.#findings.set({ kind: 'ran_late' }, report.ranLate.total)
  }

  #lookAtAgents(agents: readonly AgentView[]): void {
    this.#agents.reset()
    this.#agentRuns.reset()
    const groups = new Set<string>()
    for (const { conn, connected, shutdownState } of agents) {
      if (groups.size < GROUPS) groups.add(conn.group_id)
      const group = groups.has(conn.group_id) ? conn.group_id : OTHER_GROUPS
      for (const state of ['connected', 'draining', 'disconnected']) this.#agents.inc({ group, state }, 0)
      const draining = shutdownState !== 'active' || this.#sources.drained(conn.conn_id)
      const state = !connected ? 'disconnected' : draining ? 'draining' : 'connected'
      this.#agents.inc({ group, state })
      this.#agentRuns.inc({ group }, this.#sources.loadOf(conn.conn_id))
    }
  }

  async #lookAtFiles(): Promise<void> {
    const folder = this.#sources.dataFolder
    const names = (await readdir(folder).catch(() => [])).filter((name) => /\.db(-wal)?$/.test(name)).sort()
    const sizes = await Promise.all(
      names.slice(0, FILES).map(async (file) => {
        const size = await stat(join(folder, file)).then(
          (found) => found.size,
          () => null,
        )
        return { file, size }
      }),
    )
    this.#files.reset()
    for (const { file, size } of sizes) if (size !== null) this.#files.set({ file }, size)
  }

  /** Figures that are one number each. */
  #simple(): void {
    const sources = this.#sources
    this.#gauge('apsis_jobs', 'Jobs in force, ad hoc ones included.', () => sources.jobs())
    this.#gauge('apsis_engine_inputs', 'Inputs that the engine has not taken yet.', () => sources.load().inputs)
    this.#gauge('apsis_engine_timers', 'Timers that are set.', () => sources.load().timers)
    this.#gauge(
      'apsis_store_failing_seconds',
      'For how long the store takes nothing, or cannot be read; 0 while all is well.',
      () => {
        const { failingSince } = sources.load()
        return failingSince === null ? 0 : Math.max(0, sources.now() - failingSince) / 1_000
      },
    )
    this.#gauge('apsis_feed_followers', 'Sockets that follow the live feed.', () => sources.feed.followers)
    this.#total(
      'apsis_feed_drops_total',
      'Sockets that were closed since they read too slowly.',
      () => sources.feed.drops,
    )
    this.#total(
      'apsis_changes_total',
      'Changes of runs, jobs and agents, since the store was made.',
      () => sources.feed.seq,
    )
    const seconds = (): number => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    }
    this.#total('process_cpu_seconds_total', 'Processor time of the process, of all of its threads.', seconds)
    this.#gauge('process_start_time_seconds', 'When the process started, in Unix time.', () => this.#started)
    this.#gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
    this.#gauge(
      'nodejs_heap_size_used_bytes',
      'Heap of the main thread that is in use.',
      () => process.memoryUsage().heapUsed,
    )
    this.#gauge('nodejs_external_memory_bytes', 'Memory of buffers.', () => process.memoryUsage().external)
    this.#gauge(
      'process_open_fds',
      'Open descriptors.',
      async () => (await readdir('/proc/self/fd').catch(() => [])).length,
    )
    this.#gauge('process_max_fds', 'Descriptors that may be open.', maxDescriptors)
  }

  #gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: async () => gauge.set(await read()),
    })
  }

  #total(name: string, help: string, read: () => number): void {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [this.#registry],
      collect: () => setTotal(counter, {}, read()),
    })
  }
}

/** A counter that somebody else counts. */
function setTotal<T extends string>(counter: Counter<T>, labels: Partial<Record<T, string>>, total: number): void {
  counter.remove(labels)
  counter.inc(labels, total)
}

function setOrRemove(gauge: Gauge, value: number | null): void {
  if (value === null) gauge.remove()
  else gauge.set(value)
}

async function maxDescriptors(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 0)
}
