import type { JsonObject } from '../json/index.ts'
import type { Duration, Instant } from '../time/instant.ts'
import type { Bound, Handle } from './run.ts'
import type { FinishedState, State } from './state.ts'

/** The outcome of binding a job's templates to a run's args. */
export type BindResult =
  | { readonly ok: true; readonly bound: Bound }
  | {
      readonly ok: false
      /** With the place in the job at its end, where there is one. */
      readonly message: string
      /** The value of the job that is to blame, and the place in its text; absent where it is none in particular. */
      readonly place?: {
        readonly path: readonly (string | number)[]
        readonly within: { readonly line: number; readonly column: number } | null
      }
    }

/** What the conditions of a waiting run say, taken in order. */
export type ConditionOutcome =
  /** `because`: what there is, so that it holds; absent where there is nothing to say. */
  | { readonly type: 'ready'; readonly because?: string }
  | { readonly type: 'waiting'; readonly index: number; readonly because: string }
  | { readonly type: 'goto'; readonly state: 'error' | 'skipped'; readonly because: string }

/** What goes with an input that may start the run. */
interface Start {
  readonly handle: Handle
  /** How the agent of `handle` was chosen, a line of the log; null or absent where there was nothing to choose. */
  readonly choice?: string | null
}

/** Everything that can happen to a run. */
export type RunInput =
  /** new → scheduled. */
  | { readonly type: 'schedule'; readonly message: string }
  /** Its time has come. `handle` is used if it starts at once. */
  | (Start & { readonly type: 'due'; readonly bind: BindResult; readonly reason?: string | null })
  /** A user starts it early (conditions still apply), or past its conditions when it waits. */
  | (Start & { readonly type: 'start'; readonly bind: BindResult; readonly reason?: string | null })
  /** `met`: of conditions that are found to hold, what there is; for the log of a run that waits or waited. */
  | (Start & { readonly type: 'evaluated'; readonly outcome: ConditionOutcome; readonly met?: readonly string[] })
  /** An agent was chosen; durable before it is asked. `choice` as where a run starts. */
  | { readonly type: 'assigned'; readonly agent: string; readonly choice?: string | null }
  /** The agent that was chosen was gone before it was asked: another may be. */
  | { readonly type: 'unassigned' }
  | { readonly type: 'started'; readonly at: Instant; readonly meta: JsonObject | null }
  | { readonly type: 'progress'; readonly meta: JsonObject }
  /** The program ended. Accepted in starting too: very short programs end before the start is heard of. */
  | {
      readonly type: 'ended'
      readonly outcome: 'success' | 'failure' | 'error'
      readonly message: string | null
      /** When the program really started and ended, where known; null falls back to now. */
      readonly startedAt: Instant | null
      readonly at: Instant | null
      /** How long it ran, where that was measured; else it is what lies between the two, on a clock that may have been set. */
      readonly elapsed?: Duration | null
      readonly meta: JsonObject | null
    }
  | { readonly type: 'stop'; readonly reason?: string | null }
  | { readonly type: 'signal'; readonly signum: number; readonly name: string; readonly reason?: string | null }
  /** `message`: why, or null. */
  | { readonly type: 'skip'; readonly message: string | null }
  | { readonly type: 'mark'; readonly state: FinishedState; readonly reason?: string | null }
  /** `pause`: the pause that holds it since it is due, or null for a user. */
  | {
      readonly type: 'hold'
      readonly until: Instant | null
      readonly reason: string | null
      readonly pause: string | null
    }
  | { readonly type: 'release'; readonly reason: string | null }
  | { readonly type: 'move'; readonly time: Instant; readonly reason: string | null }
  | { readonly type: 'timer'; readonly key: TimerKey }
  | { readonly type: 'unreachable' }
  | { readonly type: 'reachable' }
  /** The labels of its job are these now. */
  | { readonly type: 'relabel'; readonly labels: readonly string[] }
  /** A line for the run log and nothing else. */
  | { readonly type: 'note'; readonly message: string }

/**
 * The timers a run can have; each at most once. `due`, `hold` and `stop` are for an instant of the wall clock, whatever becomes of it. The others end a
 * length of time: `at` says how long it is from the time of the step, and a clock that is set later changes nothing.
 */
export type TimerKey = 'due' | 'hold' | 'stop' | 'timeout' | 'kill' | 'assign'

/** What the engine must do after the step is durable; what only watches, signals or ends a process that runs, before it where that takes long (`mayPrecedeRecord`). */
export type Effect =
  | { readonly type: 'arm'; readonly key: TimerKey; readonly at: Instant }
  | { readonly type: 'disarm'; readonly key: TimerKey }
  /** Watch what the conditions need, and say what they say. */
  | { readonly type: 'evaluate' }
  /** Choose an agent (then `assigned`), or start a program of the server. */
  | { readonly type: 'assign' }
  /** Ask the agent of the handle to start the proc, or start a program of the server. Repeating it does no harm. `again`: the agent may have been asked before. */
  | { readonly type: 'launch'; readonly again: boolean }
  /** Take the program up again after a restart of the server. */
  | { readonly type: 'resume' }
  | { readonly type: 'stop'; readonly signum: number; readonly grace: Duration | null }
  | { readonly type: 'signal'; readonly signum: number }
  /** Result and output are durable: the agent may forget the proc. */
  | { readonly type: 'release' }

/** One entry of the run's history: run log and live feed in one. `meta`: something changed that is no line of the log: the metadata (which has a table of its own), or why it waits. */
export type RunFact =
  | { readonly type: 'state'; readonly state: State; readonly message: string }
  | { readonly type: 'log'; readonly message: string }
  | { readonly type: 'meta' }
