import type { CatchupDefaults } from '@apsis/core/catchup'
import type { Job } from '@apsis/core/job'
import type { JsonObject } from '@apsis/core/json'
import type { ActionSpec, ConditionKind } from '@apsis/core/kind'
import type { BoundProgram } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type { JobRow, Store } from '@apsis/store/port'
import type { Published } from './committer.ts'
import type { Runtimes } from './effects.ts'
import type { Observer } from './observer.ts'
import type { Agents, Clock, Log, NewId } from './ports.ts'
import type { TaskPorts } from './server-tasks.ts'

/** What an engine is made of. */
export interface EngineOptions {
  readonly store: Pick<Store, 'commit' | 'read'>
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
  readonly agents: Agents
  readonly runtimes: Runtimes
  readonly conditions: readonly ConditionKind[]
  /** Parses a stored definition; null where it no longer can be. */
  readonly parse: (row: JobRow) => Job | null
  /** How far ahead instants get their rows, ms. */
  readonly horizon: Duration
  /** Whether there is, or was, such an agent; absent: whether it is connected. */
  readonly knowsAgent?: (connId: string) => boolean
  /** What becomes of overdue instants; absent: all are made up for. */
  readonly catchup?: CatchupDefaults
  /** How long a starting run waits for an agent of its group, ms. */
  readonly startTimeout: Duration
  /** How long a run may wait for its conditions, ms; null: for ever. */
  readonly waitingTimeout: Duration | null
  /** Actions of every run. */
  readonly actions: readonly ActionSpec[]
  /** For programs on agents that set no timeout. */
  readonly timeout: BoundProgram['timeout']
  /** Runs that pauses may hold at once, from 1; what comes due beyond is skipped. Absent: 50,000. */
  readonly maxHeld?: number
  readonly publish: (published: Published) => void
  /** What programs in the server, such as `archive`, can do; absent: there are none. */
  readonly tasks?: TaskPorts
  /** What is kept with each sign of the server's life, beside `time`: once a minute and at the end. Absent: nothing. */
  readonly kept?: () => JsonObject
  /** Measures; absent: nobody does. */
  readonly observe?: Observer
}

/**
 * How much the engine has to do: the runs that it holds by state (those `scheduled` that are due soon), timers set, inputs not taken yet, and since when
 * the store takes nothing.
 */
export interface EngineLoad {
  readonly scheduled: number
  readonly waiting: number
  readonly starting: number
  readonly running: number
  readonly stopping: number
  readonly timers: number
  readonly inputs: number
  readonly failingSince: Instant | null
}
