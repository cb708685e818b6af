import type { AgentMessage, Extensions } from '@apsis/wire/message'
import type { Command, CommandFor, Peer, Receipt, Request } from './input.ts'
import type { Instruction } from './instruction.ts'
import type { LostLine } from './journal.ts'
import type { Accounts } from './accounts.ts'
import type { Keeping } from './clean-up.ts'
import type { Updates } from './every.ts'
import type { Now } from './now.ts'
import type { Surroundings } from './plan.ts'
import type { Proc } from './proc.ts'
import type { Segments } from './segments.ts'
import type { Shutdown } from './shutdown.ts'
import type { Streams } from './streams.ts'
import type { ProcTable } from './table.ts'

/** What does not change while the agent lives. */
export interface MachineConfig extends Surroundings {
  /** The host's boot id. */
  readonly boot: string
  /** How many procs may be held at a time; a start request beyond is refused. */
  readonly mostProcs: number
  readonly keeping: Keeping
  /** The host's accounts until others are given. */
  readonly accounts: Accounts
  /** The absolute path of the folder that the agent runs in. */
  readonly folder: string
}

/** A command that waits until its monitor is known and the launcher there. */
export interface HeldCommand {
  readonly command: Command
  readonly for: CommandFor
}

/** Everything the machine knows. Owned by `AgentMachine`; the steps change it in place. */
export interface AgentState {
  readonly config: MachineConfig
  readonly procs: ProcTable
  readonly segments: Segments
  readonly streams: Streams
  readonly commands: Map<string, readonly HeldCommand[]>
  /** By proc, of which the server wants results while they run; ends with the connection. */
  readonly updates: Map<string, Updates>
  /** Ids deleted on this connection, the newest last. */
  readonly forgotten: Set<string>
  /** Start requests that were refused after part of them may have reached the journal: their withdrawal must get there too. */
  withdrawn: readonly Extract<Receipt, { kind: 'withdrawn' }>[]
  /**
   * Procs that will not run, of which that is not recorded yet, with the record: an agent that took over now would ask for them again, so nobody is
   * told before.
   */
  readonly losing: Map<string, { readonly line: LostLine; readonly isWritten: boolean }>
  /** Of the present connection; null without one. */
  extensions: Extensions | null
  launcherReady: boolean
  accounts: Accounts
  /** The pipe id to be used next; none is used twice. */
  nextPipe: number
  recovered: boolean
  /** When abandoned procs are looked for next, in ns of the monotonic clock. */
  nextCleanUp: bigint
  shutdown: Shutdown
}

/** One input being taken: the state, the time, and the instructions so far. */
export interface Step {
  readonly state: AgentState
  readonly now: Now
  readonly out: Instruction[]
}

/** Sends to whoever asked; to the server only while it is there. */
export function send(step: Step, to: Peer, message: AgentMessage): void {
  if (to.kind === 'local' || step.state.extensions !== null) step.out.push({ do: 'send', to, message })
}

/** Sends a proc's result as it is now to whoever asked. */
export function sendResult(step: Step, to: Peer, proc: Proc): void {
  if (to.kind === 'local' || step.state.extensions !== null) step.out.push({ do: 'sendResult', to, proc, news: false })
}

/** Tells the server how a proc is now. */
export function sendNews(step: Step, proc: Proc): void {
  if (step.state.extensions !== null) step.out.push({ do: 'sendResult', to: SERVER, proc, news: true })
}

/** Refuses a request. Of the specs of a start only the ids go back: they are what peers look at, and the rest may be megabytes. */
export function refuse(step: Step, to: Peer, request: Request, err: string): void {
  send(step, to, { type: 'RequestError', msg: echo(request), err })
}

function echo(request: Request): { readonly [key: string]: unknown } {
  if (request.type !== 'ProcStartRequest') return { ...request }
  return { type: request.type, specs: Object.fromEntries(Object.keys(request.specs).map((id) => [id, {}])) }
}

export const SERVER: Peer = { kind: 'server' }

/** Whether the server is one of ours: an existing one negotiates nothing. */
export function isOurs(state: AgentState, peer: Peer): boolean {
  return peer.kind === 'server' && state.extensions !== null && Object.keys(state.extensions).length > 0
}
