import { type Job, parseJobJson } from '@apsis/core/job'
import { registry } from '@apsis/kinds/builtin'
import { runtimes } from '@apsis/kinds/runtime'
import { AgentHub, Engine, OutputSink, type Published } from '@apsis/server/engine'
import { type MemoryDisk, openMemoryStore } from '@apsis/store/memory'
import type { JobRow, Store } from '@apsis/store/port'
import type { VirtualClock } from '../clock/index.ts'
import type { Random } from '../random/index.ts'
import { digest } from './job-model.ts'
import { Lifetime } from './lifetime.ts'
import type { Network } from './network.ts'
import type { AgentsWatch } from './observed-agents.ts'
import type { NthFault } from './nth-fault.ts'
import type { Trace } from './trace.ts'

const HOUR = 3_600_000
/** How long a run may wait for an agent, ms. */
export const START_TIMEOUT = 120_000
/** How long a run may wait for its conditions, ms. */
export const WAITING_TIMEOUT: number = HOUR

/** What commits have to put up with at the moment. */
export interface DiskTrouble {
  /** Longest time of a commit, ms. */
  readonly slow: number
  /** How many commits fail, 0 to 1. */
  readonly failing: number
  /** How often the server is killed after a commit, before it hears of it, 0 to 1. */
  readonly deadly: number
}

export interface ServerParts {
  readonly clock: VirtualClock
  readonly random: Random
  readonly ids: Random
  readonly network: Network
  readonly trace: Trace
  readonly nth: NthFault
  /** After which an agent that is away is given up, ms; null: never. */
  readonly reconnectTimeout: number | null
  readonly agents: AgentsWatch
  /** Called for each durable batch that the server heard of. */
  readonly published: (published: Published) => void
  /** A commit is durable; the server has not heard of it yet. */
  readonly committed: () => void
  /** The disk trouble kills the server. */
  readonly killed: () => void
}

/** One life of the server on a disk that outlives it: composed as start-server does it, without the edges. */
export class SimServer {
  readonly store: Store
  readonly engine: Engine
  readonly #hub: AgentHub
  readonly #sink: OutputSink
  readonly #life: Lifetime
  readonly #disk: MemoryDisk
  readonly #parts: ServerParts
  trouble: DiskTrouble = { slow: 4, failing: 0, deadly: 0 }
  #started = false

  constructor(disk: MemoryDisk, parts: ServerParts) {
    const { clock, ids, network, trace, agents } = parts
    this.#parts = parts
    this.#disk = disk
    const life = new Lifetime(clock)
    this.#life = life
    const log = {
      info: () => {},
      warn: (message: string, data?: object) => trace.add('server', `warns: ${message} ${JSON.stringify(data ?? {})}`),
      error: (message: string, data?: object) => trace.add('server', `error: ${message} ${JSON.stringify(data ?? {})}`),
    }
    this.store = openMemoryStore(disk, { beforeCommit: () => this.#before(), afterCommit: () => this.#after() })
    this.#sink = new OutputSink({
      append: (chunks) => this.store.appendOutput(chunks),
      clock: life,
      log,
      listener: () => {},
    })
    this.#hub = new AgentHub({
      clock: life,
      log,
      sink: this.#sink,
      token: 'tok',
      reconnectTimeout: parts.reconnectTimeout,
      updateInterval: null,
      emit: (event) => {
        if (event.type !== 'started') trace.add('server', `hears ${JSON.stringify({ ...event, result: undefined })}`)
        this.engine.agent(event)
      },
      changed: (view, listed) => this.engine.agentChanged(view, listed),
    })
    this.engine = new Engine({
      store: this.store,
      clock: life,
      newId: () => ids.uuid(),
      log,
      agents: agents.observe(this.#hub),
      runtimes,
      conditions: registry.conditions,
      parse: parseStored,
      horizon: 6 * HOUR,
      startTimeout: START_TIMEOUT,
      waitingTimeout: WAITING_TIMEOUT,
      actions: [],
      timeout: null,
      publish: (published) => {
        if (!life.dead) parts.published(published)
      },
    })
    network.accept = (link) => {
      const end = this.#hub.open(link)
      return {
        get registered() {
          return end.registered
        },
        receive: (frame) => life.run(() => end.receive(frame)),
        heard: () => life.run(() => end.heard()),
        closed: () => life.run(() => end.closed()),
      }
    }
    trace.add('server', 'starts')
  }

  /** Serves: what the store has is taken up. */
  get started(): boolean {
    return this.#started
  }

  get dead(): boolean {
    return this.#life.dead
  }

  get suspended(): boolean {
    return this.#life.suspended
  }

  /** Its machine sleeps; agents and hosts go on. */
  suspend(): void {
    this.#parts.trace.add('server', 'suspended')
    this.#life.suspend()
  }

  resume(): void {
    this.#parts.trace.add('server', 'resumed')
    this.#life.resume()
  }

  /** Takes up what the store has, with the jobs of the folder. Calls back when it serves. */
  start(jobs: readonly Job[], started: () => void): void {
    this.engine.start(jobs).then(
      () => {
        if (this.#life.dead) return
        this.#started = true
        started()
      },
      (error: unknown) => {
        if (!this.#life.dead) throw error
      },
    )
  }

  /** Ends at once, whatever is under way. */
  kill(): void {
    const { trace, network, agents } = this.#parts
    if (this.#life.dead) return
    const { runs } = this.#disk.tables
    trace.add('server', 'killed')
    this.#life.kill()
    this.engine.crash()
    this.#sink.stop()
    this.#disk.crash()
    network.serverDied()
    for (const { state, row } of runs.unfinished()) {
      const procId = state === 'starting' ? procOf(JSON.stringify(row)) : null
      if (procId !== null && !agents.asked(procId)) trace.sometimes('server killed between commit and launch')
    }
  }

  async #before(): Promise<void> {
    const { random, trace, nth, killed } = this.#parts
    const { slow, failing } = this.trouble
    const fails = random.chance(failing) || nth.fails('commit')
    if (nth.fails('death before commit')) killed()
    await new Promise<void>((resolve) => this.#life.after(random.below(slow), resolve))
    if (!fails) return
    trace.sometimes('commit tried again')
    throw new Error('the disk is full')
  }

  async #after(): Promise<void> {
    const { random, trace, nth, killed, committed } = this.#parts
    committed()
    if (nth.fails('death after commit') || random.chance(this.trouble.deadly)) {
      trace.sometimes('server killed after a commit, before its answer')
      killed()
    }
    await new Promise<void>((resolve) => this.#life.after(random.below(2), resolve))
  }
}

function parseStored(row: Pick<JobRow, 'jobId' | 'json'>): Job | null {
  const result = parseJobJson(row.json, { jobId: row.jobId, registry, digest })
  return result.ok ? result.job : null
}

/** The id of the proc in the text of a stored run: the run's id and a UUID. */
function procOf(text: string): string | null {
  return /r[0-9]+-[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? null
}
