import { createHash } from 'node:crypto'
import { type Job, parseJob, parseJobJson } from '@apsis/core/job'
import type { Run, RunId } from '@apsis/core/run'
import { registry } from '@apsis/kinds/builtin'
import { runtimesFor } from '@apsis/kinds/runtime'
import { type Agents, Engine, type EngineOptions } from '@apsis/server/engine'
import { MemoryDisk, type MemoryHooks, openMemoryStore } from '@apsis/store/memory'
import type { Batch, CommitReply, InstantRow, Store } from '@apsis/store/port'
import { VirtualClock } from '../clock/index.ts'
import { Random } from '../random/index.ts'

/** 2026-01-01T00:00:01Z: a second after a full minute. */
export const START = 1_767_225_601_000
const HOUR = 3_600_000

/** No agent ever connects: the programs of these tests are the server's own. */
const NO_AGENTS: Agents = {
  choose: () => null,
  has: () => false,
  connected: () => false,
  view: () => null,
  remember: () => {},
  awaited: () => 0,
  expect: () => {},
  start: () => false,
  resume: () => {},
  signal: () => false,
  stop: () => {},
  release: () => {},
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A job of a YAML text. */
export function job(jobId: string, text: string): Job {
  const result = parseJob(text, { jobId, path: `${jobId}.yaml`, registry, digest })
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics))
  return result.job
}

/** The real engine on a virtual clock and a disk in memory; it can be killed and started again. */
export class EngineWorld {
  readonly clock: VirtualClock = new VirtualClock(START)
  readonly disk: MemoryDisk = new MemoryDisk()
  readonly hooks: MemoryHooks = {}
  readonly #random = new Random(1)
  /** Stands between the engine and the store. */
  commit: (batch: Batch, store: Store) => Promise<CommitReply> = (batch, store) => store.commit(batch)
  #engine: Engine | null = null
  #store: Store | null = null

  get engine(): Engine {
    if (this.#engine === null) throw new Error('the server is down')
    return this.#engine
  }

  get store(): Store {
    if (this.#store === null) throw new Error('the server is down')
    return this.#store
  }

  /** Starts a server with these jobs, and lets it come up. */
  async start(jobs: readonly Job[], options: Partial<EngineOptions> = {}): Promise<void> {
    this.#make(options)
    void this.engine.start(jobs)
    await this.pass(1_000)
  }

  /** Starts a server that cannot: gives what it says. */
  async startRefused(jobs: readonly Job[]): Promise<unknown> {
    this.#make({})
    const refused = this.engine.start(jobs).then(
      () => new Error('it has started'),
      (error: unknown) => error,
    )
    await this.pass(1_000)
    return refused
  }

  #make(options: Partial<EngineOptions>): void {
    const store = openMemoryStore(this.disk, this.hooks)
    this.#store = store
    this.#engine = new Engine({
      store: { read: store.read, commit: (batch) => this.commit(batch, store) },
      clock: this.clock,
      newId: () => this.#random.uuid(),
      log: { info: () => {}, warn: () => {}, error: () => {} },
      agents: NO_AGENTS,
      runtimes: runtimesFor({ sudoArgv: [], memMaxGb: null }),
      conditions: registry.conditions,
      parse: ({ jobId, json }) => {
        const result = parseJobJson(json, { jobId, registry, digest })
        return result.ok ? result.job : null
      },
      horizon: HOUR,
      startTimeout: 60_000,
      waitingTimeout: null,
      actions: [],
      timeout: null,
      publish: () => {},
      ...options,
    })
  }

  /** Kills the server as SIGKILL would. */
  kill(): void {
    this.engine.crash()
    this.disk.crash()
    this.#engine = null
    this.#store = null
  }

  /** Lets time pass, ms. */
  async pass(ms: number): Promise<void> {
    await this.clock.runUntil(this.clock.monotonic() + ms)
  }

  /** The answer to a command, which comes as time passes. */
  async answer<T>(reply: Promise<T>): Promise<T> {
    await this.pass(100)
    return reply
  }

  /** Asks for a run now, and gives its id. */
  async ask(
    jobId: string,
    args: Record<string, string> = {},
    more: { stop?: number; count?: number } = {},
  ): Promise<RunId> {
    const request = { jobId, args, time: null, stop: more.stop ?? null, count: more.count ?? 1 }
    const reply = await this.answer(this.engine.schedule(request))
    const run = reply.ok ? reply.value[0] : undefined
    if (run === undefined) throw new Error(JSON.stringify(reply))
    return run.id
  }

  async runs(jobId: string): Promise<readonly Run[]> {
    const page = await this.store.read.runs({ filter: { jobId }, limit: 10_000, order: 'oldest' })
    return page.runs
  }

  async state(id: RunId): Promise<string | undefined> {
    return (await this.store.read.run(id))?.state
  }

  instants(jobId: string): Promise<readonly InstantRow[]> {
    return this.store.read.instants(jobId, START - HOUR, START + 48 * HOUR, 10_000)
  }
}
