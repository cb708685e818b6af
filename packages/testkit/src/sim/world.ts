import type { Published } from '@apsis/server/engine'
import { MemoryDisk } from '@apsis/store/memory'
import { VirtualClock } from '../clock/index.ts'
import { Random } from '../random/index.ts'
import { SimAgent } from './agent.ts'
import { DecisionsCheck } from './check-decisions.ts'
import { FactsCheck } from './check-facts.ts'
import { LengthsCheck } from './check-lengths.ts'
import { FactNumbers } from './fact-numbers.ts'
import { Folder } from './folder.ts'
import { Host } from './host.ts'
import { firstJobs, type JobModel } from './job-model.ts'
import { Network } from './network.ts'
import { NthFault } from './nth-fault.ts'
import { AgentsWatch } from './observed-agents.ts'
import { SimServer, START_TIMEOUT } from './server.ts'
import { Trace } from './trace.ts'

/** 2026-03-02T08:00:00Z, a Monday. */
const BEGIN = 1_772_438_400_000
const HOSTS = ['alpha', 'beta', 'gamma']

export interface WorldOptions {
  /** The job files to begin with; by chance, if not given. */
  readonly models?: readonly JobModel[]
  readonly nth?: NthFault
  /** After which the server gives an agent up, with its runs, ms; null: never. */
  readonly reconnectTimeout?: number | null
  /** How often frames are said again on their connection, 0 to 1. */
  readonly repeating?: number
}

/** Everything there is in one simulation, and what can be done to it. The same seed makes the same world. */
export class World {
  readonly clock: VirtualClock = new VirtualClock(BEGIN)
  readonly random: Random
  readonly trace: Trace
  readonly disk: MemoryDisk = new MemoryDisk()
  readonly folder: Folder = new Folder()
  readonly network: Network
  readonly hosts: readonly Host[]
  readonly facts: FactNumbers
  readonly log: FactsCheck
  readonly nth: NthFault
  /** What went wrong, as it is found. */
  readonly problems: string[] = []
  readonly #agents = new Map<Host, SimAgent>()
  readonly #watch: AgentsWatch
  readonly #ids: Random
  readonly #latency: Random
  readonly #reconnectTimeout: number | null
  #server: SimServer | null = null
  #applying = false
  readonly #lengths: LengthsCheck
  readonly #decisions: DecisionsCheck
  #wallStep = 0

  constructor(
    seed: number,
    show: ((line: string) => void) | null,
    { models, nth, reconnectTimeout = null, repeating = 0 }: WorldOptions = {},
  ) {
    this.#reconnectTimeout = reconnectTimeout
    this.random = new Random(seed)
    this.nth = nth ?? new NthFault()
    this.#ids = new Random(seed ^ 0x1d5)
    this.#latency = new Random(seed ^ 0x1a7e)
    this.trace = new Trace(() => this.clock.monotonic(), show)
    this.facts = new FactNumbers(this.trace, (text) => this.problem(text))
    this.log = new FactsCheck(this.disk.tables, (text) => this.problem(text))
    this.#decisions = new DecisionsCheck(this.disk.tables, this.trace, (text) => this.problem(text))
    this.#watch = new AgentsWatch(this.trace)
    this.network = new Network(this.clock, new Random(seed ^ 0x3e7), this.nth)
    this.network.trouble = {
      repeating,
      repeated: () => this.trace.sometimes('frame said again'),
      late: () => this.trace.sometimes('frame after its sender had left'),
    }
    this.network.onReplaced = () => this.trace.sometimes('half-open link replaced')
    this.hosts = HOSTS.map(
      (name, index) =>
        new Host(name, {
          clock: this.clock,
          random: new Random(seed ^ (0x405 + index)),
          trace: this.trace,
          nth: this.nth,
        }),
    )
    this.#lengths = new LengthsCheck({
      tables: this.disk.tables,
      hosts: this.hosts,
      startTimeout: START_TIMEOUT,
      now: () => this.clock.monotonic(),
      trace: this.trace,
      problem: (text) => this.problem(text),
    })
    this.folder.put(models ?? firstJobs(this.random), this.clock.now())
    this.startServer()
    for (const host of this.hosts) this.startAgent(host)
  }

  problem(text: string): void {
    this.problems.push(text)
    this.trace.add('PROBLEM', text)
  }

  /** The server, where one serves: neither starts nor sleeps. */
  get serving(): SimServer | null {
    return this.#server?.started === true && !this.#server.suspended ? this.#server : null
  }

  /** The server, where one lives. */
  get server(): SimServer | null {
    return this.#server
  }

  agent(host: Host): SimAgent | undefined {
    return this.#agents.get(host)
  }

  startServer(): void {
    if (this.#server !== null) return
    this.#decisions.restarted()
    const server = new SimServer(this.disk, {
      clock: this.clock,
      random: this.#latency,
      ids: this.#ids,
      network: this.network,
      trace: this.trace,
      nth: this.nth,
      reconnectTimeout: this.#reconnectTimeout,
      agents: this.#watch,
      published: (published: Published) => this.facts.published(published),
      committed: () => {
        this.log.look()
        this.#lengths.look()
        this.#decisions.look()
      },
      killed: () => this.killServer(2_000),
    })
    this.#server = server
    this.#applying = false
    const { version } = this.folder
    server.start(this.folder.jobs, () => {
      if (version === this.folder.version) this.#applied()
      this.applyJobs()
    })
  }

  /** Kills the server; it is started again after `downtime` ms, unless that is null. */
  killServer(downtime: number | null): void {
    const server = this.#server
    if (server === null) return
    this.#server = null
    server.kill()
    this.facts.serverDied(this.disk.tables.seq)
    if (downtime !== null) this.clock.after(downtime, () => this.startServer())
  }

  startAgent(host: Host): void {
    if (!this.#agents.has(host)) this.#agents.set(host, new SimAgent(host, 'default', this.network, this.clock))
  }

  /** Kills an agent; it is started again after `downtime` ms. */
  killAgent(host: Host, downtime: number): void {
    const agent = this.#agents.get(host)
    if (agent === undefined) return
    this.#agents.delete(host)
    agent.kill(this.random.chance(0.2) ? null : this.random.below(300))
    this.clock.after(downtime, () => this.startAgent(host))
  }

  /** The server's machine sleeps for `ms`. */
  suspendServer(ms: number): void {
    const server = this.serving
    if (server === null) return
    this.trace.sometimes('machine suspended')
    server.suspend()
    this.clock.after(ms, () => {
      if (server.dead) return
      server.resume()
      this.applyJobs()
    })
  }

  /** Reads the job folder again, as a reload does, unless that is under way. */
  applyJobs(): void {
    const server = this.serving
    const { version } = this.folder
    if (server === null || this.#applying || this.#appliedVersion === version) return
    this.#applying = true
    this.trace.add('server', `reloads version ${version}`)
    void server.engine.applyJobs(this.folder.jobs).then((changes) => {
      if (server.dead) return
      if (changes.changed.length > 0) this.trace.sometimes('job changed while runs were pending')
      this.#applying = false
      if (version === this.folder.version) this.#applied()
      this.applyJobs()
    })
  }

  #appliedVersion = 0

  #applied(): void {
    this.#appliedVersion = this.folder.version
    this.trace.add('server', `has version ${this.folder.version}`)
    this.folder.inForce.changed(this.clock.now())
  }

  /** Whether the server has the job files as they are. */
  get upToDate(): boolean {
    return this.serving !== null && this.#appliedVersion === this.folder.version
  }

  /** Sets the server's wall clock to be off by `step` ms. */
  stepClock(step: number): void {
    this.#note()
    const by = step - this.#wallStep
    if (by === 0) return
    this.trace.sometimes(by < 0 ? 'clock stepped back' : 'clock stepped forward')
    this.#wallStep = step
    this.clock.stepBy(by)
    this.#note()
  }

  /** Goes on for `ms` of true time. */
  async pass(ms: number): Promise<void> {
    await this.clock.runUntil(this.clock.monotonic() + ms)
    this.#note()
  }

  #note(): void {
    this.folder.inForce.sees(this.clock.now())
  }
}
