import type { Extensions, ProcStartRequest } from '@apsis/wire/message'
import type { ProcSpec } from '@apsis/wire/spec'
import {
  type Accounts,
  AgentMachine,
  type Input,
  type Now,
  type Peer,
  type PlaceCgroup,
  type Request,
} from './index.ts'
import type { Instruction } from './instruction.ts'
import type { EndLine, StartLine } from './journal.ts'
import type { MachineConfig } from './state.ts'

/** For tests: a machine, a clock that is set, and journals and a launcher that do as they are told. */
export class Bench {
  readonly machine: AgentMachine
  now: Now = { wall: 1_700_000_000_000_000_000n, mono: 1_000_000_000n }

  constructor(config: Partial<MachineConfig> = {}) {
    this.machine = new AgentMachine({
      boot: 'boot-1',
      environment: {},
      restrictedExe: null,
      mostProcs: 100,
      keeping: { keepFor: Infinity, diskBudget: Infinity },
      accounts: ACCOUNTS,
      folder: '/',
      cgroup: (settings) => ({ parents: ['/group'], settings, refused: [] }),
      ...config,
    })
  }

  /** A machine that has recovered, with a launcher, and connected if extensions are given. */
  static ready(extensions: Extensions | null, config: Partial<MachineConfig> = {}): Bench {
    const bench = new Bench(config)
    bench.give({ kind: 'journal', segment: 1, line: { t: 'segment', boot: 'boot-1' } })
    bench.give({ kind: 'recovered', current: 1, segments: [1] })
    bench.give({ kind: 'launcherReady' })
    if (extensions !== null) bench.give({ kind: 'connected', extensions })
    return bench
  }

  give(input: Input): readonly Instruction[] {
    return this.machine.handle(input, this.now)
  }

  /** Lets time pass, s, and ticks. */
  after(seconds: number): readonly Instruction[] {
    const ns = BigInt(seconds * 1e9)
    this.now = { wall: this.now.wall + ns, mono: this.now.mono + ns }
    return this.give({ kind: 'tick' })
  }

  ask(request: Request, from: Peer = { kind: 'server' }): readonly Instruction[] {
    return this.give({ kind: 'request', from, request })
  }

  /** Carries out the records among the instructions; gives what follows from that. */
  record(instructions: readonly Instruction[]): readonly Instruction[] {
    return instructions.flatMap((one) =>
      one.do === 'record' ? this.give({ kind: 'recorded', receipt: one.receipt }) : [],
    )
  }

  /** A proc that was asked for; its journal has it. */
  asked(id: string, spec: ProcSpec = SPEC): readonly Instruction[] {
    return this.record(this.ask(startRequest({ [id]: spec })))
  }

  /** A proc that runs. */
  running(id: string, spec: ProcSpec = SPEC): readonly Instruction[] {
    this.asked(id, spec)
    this.give({ kind: 'launched', id, monitor: monitorOf(id) })
    return this.line(startLine(id))
  }

  /** A proc that has ended. */
  ended(id: string, spec: ProcSpec = SPEC): readonly Instruction[] {
    this.running(id, spec)
    return this.line(endLine(id))
  }

  line(line: StartLine | EndLine, segment = 1): readonly Instruction[] {
    return this.give({ kind: 'journal', segment, line })
  }
}

/** A host without control groups. */
export const NO_CGROUP: PlaceCgroup = (settings) => ({
  parents: [],
  settings: [],
  refused: settings.map((setting) => ({ file: setting.replace(/=.*/, ''), reason: 'no cgroup here' })),
})

/** A host with two users. */
export const ACCOUNTS: Accounts = {
  own: { uid: 0, gid: 0, groups: [0] },
  user: (name) => {
    if (name === 'ann' || name === 1000) return { uid: 1000, gid: 100, groups: [100, 27] }
    return typeof name === 'number' ? { uid: name, gid: null, groups: [] } : null
  },
  group: (name) => (typeof name === 'number' ? name : name === 'audio' ? 29 : null),
}

export const SPEC: ProcSpec = { argv: ['/bin/true'], fds: [['stdout', { capture: { attached: false } }]] }

export function startRequest(specs: ProcStartRequest['specs']): ProcStartRequest {
  return { type: 'ProcStartRequest', specs }
}

/** A monitor with a pid made from the id. */
export function monitorOf(id: string): { readonly pid: number; readonly start: number } {
  return { pid: 100 + Buffer.from(id).reduce((sum, byte) => sum + byte, 0), start: 7 }
}

export function startLine(id: string): StartLine {
  const monitor = monitorOf(id)
  return {
    t: 'start',
    id,
    monitor,
    pid: monitor.pid + 1000,
    pidStart: 8,
    wall: 1_700_000_000_000_000_000n,
    mono: 1_000_000_000n,
  }
}

export function endLine(id: string, more: Partial<EndLine> = {}): EndLine {
  return {
    t: 'end',
    id,
    pid: monitorOf(id).pid + 1000,
    status: 0,
    start: 1_700_000_000_000_000_000n,
    stop: 1_700_000_001_500_000_000n,
    elapsed: 1_500_000_000n,
    rusage: {},
    errors: [],
    stat: null,
    ...more,
  }
}

/** What is sent, in short: the type, and what tells it from others. */
export function sent(instructions: readonly Instruction[]): readonly string[] {
  return instructions.flatMap((one) => {
    if (one.do === 'sendResult') return [`result ${one.proc.id} ${one.proc.state}`]
    if (one.do !== 'send') return []
    const { message } = one
    if (message.type === 'RequestError') return [`error ${message.err}`]
    if (message.type === 'ShutDown') return [`ShutDown ${message.shutdown_state}`]
    if (message.type === 'ProcidList') return [`ProcidList ${message.proc_ids.join(' ')}`]
    return [`${message.type} ${'proc_id' in message ? message.proc_id : ''}`.trimEnd()]
  })
}

/** The kinds of instructions. */
export function kinds(instructions: readonly Instruction[]): readonly string[] {
  return instructions.map((one) => one.do)
}
