import type { AgentChoice } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type { AgentProcInfo, ConnInfo, ShutdownState } from '@apsis/wire/message'
import type { ProcResult } from '@apsis/wire/result'
import type { ProcSpec } from '@apsis/wire/spec'

/**
 * Two clocks, and waking by each. The engine has no other way to know or wait for time. An instant is waited for on the wall clock, a length of
 * time on the other one: so a wall clock that is set makes nothing longer or shorter.
 */
export interface Clock {
  now(): Instant
  /** Milliseconds on a clock that is never set, from some time on. */
  monotonic(): number
  /** Calls back once when `delay` has passed on the clock that is never set, at once for none or less. Returns a function that cancels. */
  after(delay: Duration, callback: () => void): () => void
  /** Calls back once at or after `at` on the wall clock, however the clock is stepped meanwhile. Returns a function that cancels. */
  wake(at: Instant, callback: () => void): () => void
  /** Calls back soon, after the input that has arrived meanwhile was taken. */
  soon(callback: () => void): void
}

/** Fresh identities: UUID v4. */
export type NewId = () => string

/** Where the engine says what an operator should know. */
export interface Log {
  /** What only matters to whoever looks for a fault; absent where nobody does. */
  debug?(message: string, data?: Readonly<Record<string, unknown>>): void
  info(message: string, data?: Readonly<Record<string, unknown>>): void
  warn(message: string, data?: Readonly<Record<string, unknown>>): void
  error(message: string, data?: Readonly<Record<string, unknown>>): void
}

/** How much an agent has to do, by which one is chosen; null: it is to be given nothing. */
export type LoadOf = (connId: string) => number | null

/** The agents, as the engine sees them. Requests to an agent that is not connected are dropped: its registration reconciles. */
export interface Agents {
  /** The connected, active agent of the group that has the least to do; of several the one that was chosen the longest ago. Null when there is none. */
  choose(group: string, load: LoadOf): AgentChoice | null
  /** Whether there is one to choose. */
  has(group: string, load: LoadOf): boolean
  connected(connId: string): boolean
  /** A listed agent, connected or not; null when it is not listed. */
  view(connId: string): AgentView | null
  /** Agents that the server before this one knew: they are listed as away from now on, unless they have registered by now. */
  remember(views: readonly AgentView[]): void
  /** For how long yet an agent of the group that was there not long ago may be expected back, ms; 0: none is expected. */
  awaited(group: string): Duration
  /** An agent that live runs name and that has not been heard of yet: it is given up as one that was lost now. */
  expect(connId: string): void
  /** False when the agent is not connected: it was not asked. Throws `RangeError` for a spec that no request can carry, or that this agent must not run as far as it knows it. */
  start(connId: string, procId: string, spec: ProcSpec): boolean
  /** Asks for the result and for the output from where it is stored. `have`: bytes stored. */
  resume(connId: string, procId: string, have: number): void
  /** False when the agent is not connected. */
  signal(connId: string, procId: string, signum: number): boolean
  stop(connId: string, procId: string, signum: number, grace: number | null): void
  release(connId: string, procId: string): void
}

/** What the agents say, in order per agent. */
export type AgentEvent =
  | { readonly type: 'registered'; readonly connId: string; readonly procIds: readonly string[] }
  | { readonly type: 'disconnected'; readonly connId: string }
  /** The agent stays away for longer than configured, or said that it is done: its procs are given up. */
  | { readonly type: 'gone'; readonly connId: string; readonly message: string }
  | { readonly type: 'started'; readonly procId: string; readonly result: ProcResult }
  /** A later result of a proc that runs. */
  | { readonly type: 'updated'; readonly procId: string; readonly result: ProcResult }
  /** The final result, once all of its output is durable; `heard`: when it came. */
  | { readonly type: 'ended'; readonly procId: string; readonly result: ProcResult; readonly heard: Instant }
  /** The agent refused the start: nothing ran. */
  | { readonly type: 'refused'; readonly procId: string; readonly message: string }
  | { readonly type: 'unknown'; readonly connId: string; readonly procId: string }
  /** A request about this proc failed, or could be made only in part. */
  | { readonly type: 'failed'; readonly procId: string; readonly message: string }

/** One agent connection, connected or not. */
export interface AgentView {
  readonly conn: ConnInfo
  readonly proc: AgentProcInfo
  readonly address: string
  readonly port: number
  readonly connected: boolean
  readonly shutdownState: ShutdownState
  readonly firstConnect: Instant
  readonly lastConnect: Instant
  readonly lastDisconnect: Instant | null
  readonly connects: number
  readonly received: number
  readonly sent: number
}
