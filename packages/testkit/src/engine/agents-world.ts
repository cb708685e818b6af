import assert from 'node:assert/strict'
import type { Job } from '@apsis/core/job'
import type { RunId } from '@apsis/core/run'
import { AgentHub, type AgentView, type HubOptions, OutputSink } from '@apsis/server/engine'
import { decodeServerMessage, encodeAgentMessage } from '@apsis/wire/codec'
import type { AgentMessage, AgentProcInfo, ServerMessage, ShutdownState } from '@apsis/wire/message'
import { EXTENSIONS } from '@apsis/wire/session'
import { EngineWorld, job } from './engine-world.ts'

/** A job of one proc. */
export const PROC: Job = job('proc', 'program: {type: procstar, argv: [/bin/true]}')

const AGENT_PROC: AgentProcInfo = {
  pid: 1,
  ppid: 1,
  uid: 0,
  euid: 0,
  username: 'u',
  gid: 0,
  egid: 0,
  groupname: 'g',
  hostname: 'farm',
}

export interface AgentOptions {
  readonly group?: string
  readonly pid?: number
  readonly procIds?: readonly string[]
  readonly state?: ShutdownState
  /** Whether it answers pings; default true. */
  readonly answers?: boolean
  /** Whether its link is gone as soon as the server closes it, default true; else what it said before may still come. */
  readonly goes?: boolean
}

/** An agent as the server sees it: what it is sent, and what the test has it say. */
export class TestAgent {
  readonly got: ServerMessage[] = []
  /** Why the server closed the connection; null while it has not. */
  closed: string | null = null
  #end: ReturnType<AgentHub['open']> | null = null

  connect(hub: AgentHub, connId: string, options: AgentOptions): void {
    this.open(hub, options)
    this.register(connId, options)
  }

  /** Opens a link, and says nothing on it yet. */
  open(hub: AgentHub, options: AgentOptions): void {
    const end = hub.open({
      send: (frame) => {
        const decoded = decodeServerMessage(frame)
        if (!decoded.ok) throw new Error(JSON.stringify(decoded.error))
        this.got.push(decoded.message)
      },
      ping: () => {
        if (options.answers !== false) end.heard()
      },
      close: (_code, reason) => {
        this.closed = reason
        if (options.goes !== false) end.closed()
      },
      address: '127.0.0.1',
      port: 1,
    })
    this.#end = end
  }

  register(connId: string, options: AgentOptions): void {
    this.say({
      type: 'Register',
      conn: { conn_id: connId, group_id: options.group ?? 'default', restricted_exe: null },
      proc: { ...AGENT_PROC, pid: options.pid ?? 1 },
      proc_ids: [...(options.procIds ?? [])],
      access_token: 'tok',
      shutdown_state: options.state ?? 'active',
      extensions: EXTENSIONS,
    })
  }

  say(message: AgentMessage): void {
    this.#end?.receive(encodeAgentMessage(message))
  }

  /** The connection is lost. */
  lose(): void {
    this.#end?.closed()
  }

  /** Ids of the procs that it was asked to start. */
  get asked(): readonly string[] {
    return this.got.flatMap((message) => (message.type === 'ProcStartRequest' ? Object.keys(message.specs) : []))
  }

  /** Says that the proc runs, or how it ended. */
  result(procId: string, state: 'running' | 'terminated'): void {
    const at = '2026-01-01T00:00:01.000000Z'
    const over = state === 'terminated'
    this.say({
      type: 'ProcResult',
      proc_id: procId,
      res: {
        state,
        errors: [],
        pid: 7,
        proc_stat: null,
        proc_statm: null,
        times: { start: at, stop: over ? at : null, elapsed: 0, now: at },
        status: over ? { status: 0, exit_code: 0, signum: null, signal: null, core_dump: false } : null,
        rusage: null,
        fds: {},
        cgroup_accounting: null,
      },
    })
  }
}

/** The real engine and hub with agents that say what the test has them say. */
export class AgentsWorld extends EngineWorld {
  #hub: AgentHub | null = null
  readonly changes: { readonly view: AgentView; readonly listed: boolean }[] = []

  get hub(): AgentHub {
    if (this.#hub === null) throw new Error('the server is down')
    return this.#hub
  }

  async serve(jobs: readonly Job[], options: Partial<HubOptions> = {}): Promise<void> {
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const hub = new AgentHub({
      clock: this.clock,
      log,
      sink: new OutputSink({
        append: (chunks) => this.store.appendOutput(chunks),
        clock: this.clock,
        log,
        listener: () => {},
      }),
      token: 'tok',
      reconnectTimeout: null,
      updateInterval: null,
      emit: (event) => this.engine.agent(event),
      changed: (view, listed) => {
        this.changes.push({ view, listed })
        this.engine.agentChanged(view, listed)
      },
      ...options,
    })
    this.#hub = hub
    await this.start(jobs, { agents: hub })
  }

  /** An agent connects, and is given a moment to be taken in. */
  async agent(connId: string, options: AgentOptions = {}): Promise<TestAgent> {
    const agent = new TestAgent()
    agent.connect(this.hub, connId, options)
    await this.pass(100)
    return agent
  }

  async log(id: `r${number}`): Promise<readonly string[]> {
    const facts = await this.store.read.log(id)
    return facts.flatMap(({ fact }) => ('message' in fact ? [fact.message] : []))
  }
}

/** A world with one agent that runs the procs of these runs. */
export interface Running {
  readonly world: AgentsWorld
  readonly agent: TestAgent
  readonly ids: readonly RunId[]
  readonly procIds: readonly string[]
}

/** Runs of one proc each, running at one agent. */
export async function running(count: number, options: Parameters<AgentsWorld['serve']>[1] = {}): Promise<Running> {
  const world = new AgentsWorld()
  await world.serve([PROC], options)
  const agent = await world.agent('c')
  const ids: RunId[] = []
  for (let n = 0; n < count; n++) ids.push(await world.ask('proc'))
  for (const procId of agent.asked) agent.result(procId, 'running')
  await world.pass(100)
  for (const id of ids) assert.equal(await world.state(id), 'running')
  return { world, agent, ids, procIds: agent.asked }
}

/** Whether the run's agent is away. */
export async function unreachable(world: AgentsWorld, id: RunId): Promise<boolean> {
  const run = await world.store.read.run(id)
  return run !== null && 'unreachableSince' in run && run.unreachableSince !== null
}
