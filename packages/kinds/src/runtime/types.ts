import type { JsonObject } from '@apsis/core/json'
import type { Args, BoundProgram, RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { ProcResult } from '@apsis/wire/result'
import type { ProcSpec } from '@apsis/wire/spec'

/** The run that a process is started for. */
export interface ProgramRun {
  readonly id: RunId
  readonly jobId: string
  readonly args: Args
  /** The intended time, where it is known. */
  readonly scheduleTime?: Instant | null
}

/** How a program ended. */
export interface ProgramOutcome {
  readonly outcome: 'success' | 'failure' | 'error'
  readonly message: string | null
}

/** A program that an agent carries out. */
export interface AgentProgramRuntime {
  readonly on: 'agent'
  /** The group of agents that may take it. */
  group(bound: BoundProgram): string
  spec(bound: BoundProgram, run: ProgramRun): ProcSpec
  /** What a final result means. `stop`: why the run was being stopped, null when it was not. */
  outcome(
    bound: BoundProgram,
    result: ProcResult,
    stop: { readonly reason: 'stop' | 'timeout' | 'schedule' } | null,
  ): ProgramOutcome
  /** What goes to `meta.program`. */
  meta(result: ProcResult): JsonObject
}

/** What a program in the server will do if nothing stops it. */
export interface ServerProgramPlan extends ProgramOutcome {
  /** Null: it ends as it starts. */
  readonly endsAt: Instant | null
}

/** A program that the server carries out, which is no more than waiting. Pure: the engine has the timer. */
export interface ServerProgramRuntime {
  readonly on: 'server'
  /** `startedAt` is not null when the program is taken up again after a restart. */
  start(bound: BoundProgram, ctx: { readonly now: Instant; readonly startedAt: Instant | null }): ServerProgramPlan
}

export type ProgramRuntime = AgentProgramRuntime | ServerProgramRuntime
