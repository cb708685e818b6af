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

/**
 * A program that the server itself carries out, for as long as it takes. It may be run again from its beginning after a restart, so what it
 * does may be repeated without harm.
 */
export interface ServerTaskRuntime {
  readonly on: 'server'
  /** What it rejects with makes the run end in error. */
  run(bound: BoundProgram, ctx: TaskContext): Promise<TaskOutcome>
}

export interface TaskOutcome extends ProgramOutcome {
  /** What goes to `meta.program`; null: nothing. */
  readonly meta: JsonObject | null
}

/** What a task is given. */
export interface TaskContext {
  /** When it first began, also after a restart. */
  readonly startedAt: Instant
  now(): Instant
  /** Whether the run is being stopped: the task ends as soon as it can do so cleanly. */
  stopping(): boolean
  /** Resolves after so many ms, or as soon as the run is being stopped. */
  sleep(ms: number): Promise<void>
  /** Makes this the output of the run. After a restart, what was stored before stays. */
  output(text: string): Promise<void>
  readonly services: TaskServices
}

/** What a task can have the server do. Each is done in small steps beside everything else. */
export interface TaskServices {
  /** Moves the finished runs that changed last before `before`, at most `limit` of them, into the archive at `path`, and says which. */
  archive(
    path: string,
    before: Instant,
    limit: number,
  ): Promise<{ readonly runIds: readonly RunId[]; readonly facts: number; readonly outputs: number }>
  /** Finished runs that changed last before `before`. */
  countFinished(before: Instant): Promise<number>
  /** Gives unused space back, some of it: bytes given back, and bytes left. */
  vacuum(): Promise<{ readonly freed: number; readonly left: number }>
  /** Removes what no run refers to any more. */
  sweep(): Promise<void>
  /** Figures about the server, as its API gives them: JSON text of one line. */
  stats(): Promise<string>
  /** Appends a line to a file, made where there is none. */
  appendLine(path: string, line: string): Promise<void>
}

/** A program that the server carries out. */
export type ServerRuntime = ServerProgramRuntime | ServerTaskRuntime

export type ProgramRuntime = AgentProgramRuntime | ServerRuntime
