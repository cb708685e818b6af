import type { AgentMessage, ShutdownState } from '@apsis/wire/message'
import type { Request, ShutdownHow } from '../machine/index.ts'

/** What somebody on this host may ask: as a server may, but for output streams. */
export type LocalRequest = Exclude<Request, { readonly type: 'ProcOutputRequest' | 'ProcOutputAck' }>

/**
 * Why an agent ended: `done` after a shutdown, `stopped` by `stop`, `unreachable` after as many failed attempts to connect as it was allowed.
 */
export type AgentEnd = 'done' | 'stopped' | 'unreachable'

/** How many procs are held, and how many of them have not ended. */
export interface ProcCounts {
  readonly held: number
  readonly unended: number
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
  /** Every proc held, sorted. */
  procIds(): readonly string[]
  counts(): ProcCounts
  shutdownState(): ShutdownState
  /** Calls back after something about the procs or the shutdown state has changed; the result ends that. */
  onChange(listener: () => void): () => void
}
