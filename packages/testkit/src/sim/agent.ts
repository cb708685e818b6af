import { AgentMachine, type Input } from '@apsis/agent/machine'
import type { Register } from '@apsis/wire/message'
import type { VirtualClock } from '../clock/index.ts'
import { AgentConnection } from './agent-connection.ts'
import { AgentPerformer } from './agent-performer.ts'
import { AgentSpool } from './agent-spool.ts'
import type { Host } from './host.ts'
import { SimLauncher } from './launcher.ts'
import { Lifetime } from './lifetime.ts'
import type { Network } from './network.ts'

const TICK = 1_000
const MOST_PROCS = 10_000
/** A connection shorter than this is a failed attempt, ms. */
const SHORT = 1_000
const FIRST_WAIT = 500
const LONGEST_WAIT = 15_000

/** One life of an agent on its host: the real machine and session, around it what run-agent does with files, launcher and socket. */
export class SimAgent {
  readonly host: Host
  readonly #clock: VirtualClock
  readonly #network: Network
  readonly #life: Lifetime
  readonly #machine: AgentMachine
  readonly #spool: AgentSpool
  readonly #performer: AgentPerformer
  readonly #group: string
  #launcher: SimLauncher | null = null
  #connection: AgentConnection | null = null
  #queue: Input[] = []
  #taking = false
  #wait = FIRST_WAIT
  #recovered = false

  constructor(host: Host, group: string, network: Network, clock: VirtualClock) {
    this.host = host
    this.#group = group
    this.#network = network
    this.#clock = clock
    this.#life = new Lifetime(clock)
    this.#machine = new AgentMachine({
      boot: host.boot,
      environment: {},
      restrictedExe: null,
      mostProcs: MOST_PROCS,
      keeping: { keepFor: Infinity, diskBudget: Infinity },
      accounts: { own: { uid: 0, gid: 0, groups: [] }, user: () => null, group: () => null },
      folder: '/',
      cgroup: () => ({ parents: [], settings: [], refused: [] }),
    })
    const post = (input: Input): void => this.#post(input)
    this.#spool = new AgentSpool(host, this.#life, post)
    this.#performer = new AgentPerformer(host, this.#spool, post)
    host.trace.add(host.name, 'agent starts')
    this.#startLauncher()
  }

  /** Ids of every proc held; what a restarted agent would find is on the host's disk. */
  procIds(): readonly string[] {
    return this.#machine.procIds()
  }

  get ready(): boolean {
    return this.#recovered && this.#performer.connection !== null
  }

  /** Its disk takes nothing until told otherwise. */
  refuseWrites(refusing: boolean): void {
    this.#spool.refusing = refusing
  }

  /** Ends at once; the server's end of its connection notices after `notice` ms, null: never. */
  kill(notice: number | null): void {
    const { trace, name } = this.host
    trace.add(name, 'agent killed')
    if (this.host.monitors().length > 0) trace.sometimes('agent killed with procs running')
    if ((this.#launcher?.pending ?? 0) > 0) trace.sometimes('agent killed with starts pending')
    this.#life.kill()
    this.#spool.close()
    this.#launcher?.endOfFile()
    this.#connection?.died(notice)
  }

  /** The launcher is killed alone; another one is started. */
  killLauncher(): void {
    const launcher = this.#launcher
    if (launcher === null || !this.#recovered || this.#performer.launcher === null) return
    this.host.trace.sometimes('launcher killed')
    const unanswered = launcher.kill()
    this.#launcher = null
    this.#performer.launcher = null
    this.#post({ kind: 'launcherLost' })
    for (const { id, command, asked } of unanswered)
      this.#post({ kind: 'commanded', id, command, for: asked, errno: null })
    this.#life.after(50, () => this.#startLauncher())
  }

  #startLauncher(): void {
    this.#launcher = new SimLauncher(this.host, this.#clock, {
      ready: () => this.#ofLife(() => this.#launcherReady()),
      launched: (id, monitor) => this.#ofLife(() => this.#post({ kind: 'launched', id, monitor })),
      launchFailed: (id, error) => this.#ofLife(() => this.#post({ kind: 'launchFailed', id, error })),
      commanded: (id, command, asked, errno) =>
        this.#ofLife(() => this.#post({ kind: 'commanded', id, command, for: asked, errno })),
      gone: (monitor) => this.#ofLife(() => this.#spool.hold({ kind: 'gone', monitor })),
    })
  }

  #ofLife(act: () => void): void {
    if (!this.#life.dead) act()
  }

  #launcherReady(): void {
    this.#performer.launcher = this.#launcher
    if (!this.#recovered) {
      this.#spool.recover()
      this.#recovered = true
      this.#connect()
      this.#tickLater()
    }
    this.#spool.hold({ kind: 'launcherReady' })
  }

  #tickLater(): void {
    this.#life.after(TICK, () => {
      this.#spool.catchUp()
      this.#post({ kind: 'tick' })
      this.#spool.rotate()
      this.#tickLater()
    })
  }

  #connect(): void {
    const begun = this.#life.monotonic()
    const connection = new AgentConnection(this.#network, this.#life, this.host.random, {
      register: () => this.#register(),
      registered: (extensions) => {
        this.#performer.connection = connection
        this.#post({ kind: 'connected', extensions })
      },
      message: (request) => this.#post({ kind: 'request', from: { kind: 'server' }, request }),
      note: (text) => this.host.trace.add(this.host.name, `notes: ${text}`),
      ended: (registered) => {
        if (registered) {
          this.#performer.connection = null
          this.#post({ kind: 'disconnected' })
        }
        const good = registered && this.#life.monotonic() - begun > SHORT
        if (good) this.#wait = FIRST_WAIT
        const wait = good ? 0 : this.#wait
        if (!good) this.#wait = Math.min(LONGEST_WAIT, this.#wait * 1.5)
        this.#life.after(wait, () => this.#connect())
      },
    })
    this.#connection = connection
  }

  #register(): Register {
    return {
      type: 'Register',
      conn: { conn_id: `agent-${this.host.name}`, group_id: this.#group, restricted_exe: null },
      proc: {
        pid: 1,
        ppid: 1,
        uid: 0,
        euid: 0,
        username: 'root',
        gid: 0,
        egid: 0,
        groupname: 'root',
        hostname: this.host.name,
      },
      proc_ids: this.#machine.procIds(),
      access_token: 'tok',
      shutdown_state: this.#machine.shutdownState,
    }
  }

  #post(input: Input): void {
    if (this.#life.dead) return
    this.#queue.push(input)
    if (this.#taking) return
    this.#taking = true
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        for (const instruction of this.#machine.handle(next, this.host.clocks())) this.#performer.perform(instruction)
      }
    } finally {
      this.#taking = false
    }
  }
}
