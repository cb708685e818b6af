import { setImmediate as turn } from 'node:timers/promises'
import { isFinished, type Run, type RunId, STATES } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import { Counter, Histogram, Registry } from 'prom-client'
import type { Observer } from '../../engine/index.ts'
import { Gauges } from './gauges.ts'
import type { GcWatch } from './gc-watch.ts'
import type { MetricSources } from './sources.ts'

/** Seconds, from a thousandth to an hour. */
const LATENESS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600]
const DELAYS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5]
const COMMITS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30]
const SIZES = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000]
/** Few, since there is one row of them for each route and status. */
const REQUESTS = [0.002, 0.01, 0.05, 0.2, 1, 5]

/** Runs that are starting of which it is remembered when they were due; of more it is not measured when they run. */
const STARTING_MOST = 100_000

/** An HTTP request that was answered. */
export interface AnsweredRequest {
  readonly method: string
  /** The path of the route, with the names of its parameters; null: none took it. */
  readonly route: string | null
  readonly status: number
  /** ms. */
  readonly took: Duration
}

/** All figures of a server, in the text format of Prometheus. Nothing here has a label that grows with jobs or runs. */
export class ServerMetrics {
  readonly #registry = new Registry()
  readonly #gauges: Gauges
  readonly #starting: Histogram
  readonly #running: Histogram
  readonly #loop: Histogram
  readonly #commits: Histogram
  readonly #commitRuns: Histogram
  readonly #failures: Counter
  readonly #created: Counter
  readonly #finished: Counter<'state'>
  readonly #requests: Histogram<'method' | 'route' | 'status'>
  /** What is being written, for whoever asks meanwhile. */
  #writing: Promise<string> | null = null
  /** When runs were due that are starting without having waited. */
  readonly #due = new Map<RunId, Instant>()
  readonly #now: () => Instant
  /** When the commit that is under way was begun, by the monotonic clock, ms. */
  #committing: number | null = null

  constructor(sources: MetricSources, gc: Pick<GcWatch, 'of'>) {
    this.#now = () => sources.now()
    const registers = [this.#registry]
    const histogram = (name: string, help: string, buckets: number[]): Histogram =>
      new Histogram({ name, help, buckets, registers })
    const counter = (name: string, help: string): Counter => new Counter({ name, help, registers })
    this.#starting = histogram(
      'apsis_start_lateness_seconds',
      'From when a run was due until it was durable that it starts, or waits for its conditions.',
      LATENESS,
    )
    this.#running = histogram(
      'apsis_running_lateness_seconds',
      'From when a run was due until it was known to run; runs without conditions.',
      LATENESS,
    )
    this.#loop = histogram('apsis_event_loop_delay_seconds', 'How late a timer of the event loop is.', DELAYS)
    this.#commits = histogram('apsis_commit_duration_seconds', 'Until a batch of changes was durable.', COMMITS)
    this.#commitRuns = histogram('apsis_commit_runs', 'Runs changed by a batch.', SIZES)
    this.#failures = counter('apsis_commit_failures_total', 'Tries of a batch that the store did not take.')
    this.#created = counter('apsis_runs_created_total', 'Runs made since the start, by schedules and by request.')
    this.#finished = new Counter({
      name: 'apsis_runs_finished_total',
      help: 'Runs that finished since the start, by the state they came to.',
      labelNames: ['state'],
      registers,
    })
    // So that they are there, and rates right, before the first.
    for (const state of STATES.filter(isFinished)) this.#finished.inc({ state }, 0)
    this.#requests = new Histogram({
      name: 'apsis_http_request_duration_seconds',
      help: 'Until a request was answered, by the route that took it.',
      labelNames: ['method', 'route', 'status'],
      buckets: REQUESTS,
      registers,
    })
    this.#gauges = new Gauges(this.#registry, sources, gc)
  }

  /** What the engine tells. */
  readonly observer: Observer = {
    made: () => this.#created.inc(),
    started: (run, lateness) => this.#started(run, lateness),
    running: ({ id }) => this.#runs(id),
    finished: ({ id, state, times }) => {
      // Of one that is short, the end may be the first that is known.
      if (times.running !== undefined) this.#runs(id)
      this.#due.delete(id)
      this.#finished.inc({ state })
    },
    committing: () => {
      this.#committing = performance.now()
    },
    committed: (took, runs) => {
      this.#committing = null
      this.#commits.observe(took / 1_000)
      this.#commitRuns.observe(runs)
    },
    commitFailed: () => this.#failures.inc(),
  }

  /** For how long the commit that is under way has been, ms; 0 where none is. */
  committingFor(): Duration {
    return this.#committing === null ? 0 : performance.now() - this.#committing
  }

  /** How late a timer of the event loop was, ms. */
  loopDelay(delay: Duration): void {
    this.#loop.observe(delay / 1_000)
  }

  request({ method, route, status, took }: AnsweredRequest): void {
    this.#requests.observe({ method, route: route ?? 'none', status: String(status) }, took / 1_000)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** Everything, as Prometheus reads it. Made in slices. */
  text(): Promise<string> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  async #write(): Promise<string> {
    await this.#gauges.look()
    const texts: string[] = []
    for (const { name } of this.#registry.getMetricsAsArray()) {
      texts.push(await this.#registry.getSingleMetricAsString(name))
      await turn()
    }
    return `${texts.join('\n')}\n`
  }

  #started({ id, state }: Run, lateness: Duration | null): void {
    if (lateness === null) return
    this.#starting.observe(lateness / 1_000)
    if (state === 'starting' && this.#due.size < STARTING_MOST) this.#due.set(id, this.#now() - lateness)
  }

  #runs(id: RunId): void {
    const due = this.#due.get(id)
    if (due === undefined) return
    this.#due.delete(id)
    this.#running.observe(Math.max(0, this.#now() - due) / 1_000)
  }
}
