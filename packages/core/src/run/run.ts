import type { JsonObject } from '../json/index.ts'
import type { Duration, Instant } from '../time/instant.ts'
import type { FinishedState, State } from './state.ts'

/** `r` and the run's number, from 1. */
export type RunId = `r${number}`

/** The arguments of a run, by parameter name. */
export type Args = Readonly<Record<string, string>>

/** Where a run comes from. */
export type Origin =
  | { readonly type: 'schedule'; readonly scheduleKey: string }
  | { readonly type: 'request' }
  | { readonly type: 'rerun'; readonly of: RunId }
  | { readonly type: 'action'; readonly of: RunId; readonly depth: number }
  /** Made for an instant of the past. `backfill`: its id. */
  | { readonly type: 'backfill'; readonly backfill: string; readonly scheduleKey: string }
  /** Brought over from the existing Apsis, with no more of its life than was known there. */
  | { readonly type: 'import' }

/** When the run entered each state (latest), when it was meant to start, and when it is to be stopped. */
export type Times = Readonly<Partial<Record<State | 'schedule' | 'stop', Instant>>>

/** How a program is to be stopped: the signal, then after the grace period SIGKILL. `null`: never kill. */
export interface StopPolicy {
  readonly signal: number
  readonly grace: Duration | null
}

/** A program with its templates expanded: plain data, stored with the run. */
export interface BoundProgram {
  readonly type: string
  readonly spec: JsonObject
  readonly str: string
  readonly stop: StopPolicy
  readonly timeout: { readonly duration: Duration; readonly signal: number } | null
}

/** A condition with its templates expanded: plain data, stored with the run. */
export interface BoundCondition {
  readonly type: string
  readonly spec: JsonObject
  readonly str: string
}

/** What a run does, fixed when it leaves `scheduled`. */
export interface Bound {
  /** Hash of the job definition it was bound from. */
  readonly definition: string
  readonly program: BoundProgram
  readonly conditions: readonly BoundCondition[]
}

/** What a run holds outside of the server: the id is chosen and stored before anything is asked. */
export interface Handle {
  /** Proc id (UUID v4): unique for ever, so that asking twice starts once. */
  readonly id: string
  /** Whether an agent or the server itself carries the program out. */
  readonly on: 'agent' | 'server'
  /** The agent (connection id) that was, or is about to be, asked. `null`: none chosen yet, or the server carries it out. */
  readonly agent: string | null
}

/** Why and how a run is being stopped. The first cause wins. */
export interface Stopping {
  readonly reason: 'stop' | 'timeout' | 'schedule'
  /** What was sent: SIGKILL once the grace period is over. */
  readonly signal: number
  /** When SIGKILL goes to the whole tree, or null for never. */
  readonly killAt: Instant | null
}

/** A coming run that does not begin, its time past too, until it is released. */
export interface Held {
  readonly since: Instant
  /** When it is released by itself; null: when a user releases it, or the pause that holds it ends. */
  readonly until: Instant | null
  readonly reason: string | null
  /** Whether its time has come meanwhile. */
  readonly due: boolean
  /** The pause that holds it; null: a user does. */
  readonly pause: string | null
}

interface RunBase {
  readonly id: RunId
  readonly jobId: string
  readonly args: Args
  readonly labels: readonly string[]
  readonly origin: Origin
  /** Count of changes, from 0 when new. Every stored update is guarded by it. */
  readonly version: number
  readonly times: Times
}

export interface NewRun extends RunBase {
  readonly state: 'new'
}
export interface ScheduledRun extends RunBase {
  readonly state: 'scheduled'
  readonly held: Held | null
}
export interface WaitingRun extends RunBase {
  readonly state: 'waiting'
  readonly bound: Bound
  /** Index of the condition that does not hold yet, and why it does not. */
  readonly waitingFor: { readonly index: number; readonly because: string } | null
}
export interface StartingRun extends RunBase {
  readonly state: 'starting'
  readonly bound: Bound
  readonly handle: Handle
}
export interface RunningRun extends RunBase {
  readonly state: 'running'
  readonly bound: Bound
  readonly handle: Handle
  /** Since when its agent has not been in contact; null while it is. */
  readonly unreachableSince: Instant | null
}
export interface StoppingRun extends RunBase {
  readonly state: 'stopping'
  readonly bound: Bound
  readonly handle: Handle
  readonly unreachableSince: Instant | null
  readonly stopping: Stopping
}
export interface FinishedRun extends RunBase {
  readonly state: FinishedState
  /** Null when it ended before it was bound. */
  readonly bound: Bound | null
  /** What it held; null when nothing was ever asked to start. */
  readonly handle: Handle | null
  /** Why it ended so, or null where there is nothing to add. */
  readonly message: string | null
  /** Seconds from `running` to the end; null if it never ran. Not changed by `mark`. */
  readonly elapsed: number | null
}

/** One instance of a job. Each state has just its own fields. */
export type Run = NewRun | ScheduledRun | WaitingRun | StartingRun | RunningRun | StoppingRun | FinishedRun

/** The number in a run id. */
export function runNumber(id: RunId): number {
  return Number(id.slice(1))
}

/** The run id of a number, from 1. */
export function runId(number: number): RunId {
  return `r${number}`
}

/** Parses a run id; null when it is not `r` and a positive integer without leading zeros. */
export function parseRunId(text: string): RunId | null {
  return /^r[1-9][0-9]{0,14}$/.test(text) ? runId(Number(text.slice(1))) : null
}
