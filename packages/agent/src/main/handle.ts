import type { AgentMessage, AgentProcInfo, ShutdownState } from '@apsis/wire/message'
import type { ProcResult } from '@apsis/wire/result'
import type { Request, ShutdownHow } from '../machine/index.ts'
import type { MergedFound } from './merged-output.ts'
import type { OutputFound } from './output-source.ts'

/** What somebody on this host may ask: as a server may, but for what comes again and again. */
export type LocalRequest = Exclude<
  Request,
  { readonly type: 'ProcOutputRequest' | 'ProcOutputAck' | 'ProcResultEvery' }
>

/**
 * Why an agent ended: `done` after a shutdown, `stopped` by `stop`, `unreachable` after as many failed attempts to connect as it was allowed,
 * `folder-gone` when its state folder was removed and nothing was left to tell.
 */
export type AgentEnd = 'done' | 'stopped' | 'unreachable' | 'folder-gone'

/** How many procs are held, and how many of them have not ended. */
export interface ProcCounts {
  readonly held: number
  readonly unended: number
}

/** What an agent is. */
export interface AgentDescription {
  readonly version: string
  readonly connId: string
  readonly group: string
  readonly restrictedExe: string | null
  /** The agent's own process, its user and its host. */
  readonly proc: AgentProcInfo
  /** Procs held at a time. */
  readonly mostProcs: number
  /** Specs in one request. */
  readonly mostSpecs: number
  /** The control groups of the agent's own process, as the kernel says them; null where it has none. */
  readonly cgroup: string | null
}

/** A running agent. */
export interface AgentHandle {
  readonly connId: string
  /** Resolves when the agent has ended and let go of its state folder. Never rejects. */
  readonly closed: Promise<AgentEnd>
  /** Ends the agent and leaves its procs as they are: the next agent with this state folder takes them back. */
  stop(): Promise<void>
  /** Ends the procs, then the agent, as existing agents do on SIGUSR1, SIGTERM, SIGQUIT (spec/procstar.md 6.1). */
  shutdown(how: ShutdownHow): void
  /**
   * Asks the agent itself. Resolves with the answer; with null when a start is durable, or a signal or stop delivered; with a RequestError or
   * ProcUnknown when it is refused. Rejects when the agent ends before.
   */
  request(request: LocalRequest): Promise<AgentMessage | null>
  /** The result of a proc as it is now, null when it is not held; with `text: false`, attached outputs by their length only. */
  result(id: string, options: { readonly text: boolean }): Promise<ProcResult | null>
  /** The output of a descriptor. */
  output(id: string, fd: number): OutputFound
  /** The outputs of a proc whose times are recorded (`times` of captures), as one. */
  merged(id: string): MergedFound
  /** How a proc's spec wants it stopped (grace in seconds); null when it does not say, or the proc is not held. */
  stopPolicy(id: string): { readonly signum: number; readonly grace: number } | null
  describe(): Promise<AgentDescription>
  /** Every proc held, sorted. */
  procIds(): readonly string[]
  counts(): ProcCounts
  shutdownState(): ShutdownState
  /** Calls back after something about the procs or the shutdown state has changed; the result ends that. */
  onChange(listener: () => void): () => void
}
