import type { JsonObject } from '../json/index.ts'
import type { BoundProgram } from '../run/run.ts'
import type { BindScope, Expanded } from '../template/scope.ts'

/** A program as parsed from a job: templates not expanded yet. */
export interface ProgramSpec {
  readonly type: string
  readonly json: JsonObject
  readonly str: string
  /** Whether it runs a process, which has an environment: then `bindRun` puts the job's `env` into its bound spec. */
  readonly takesEnv?: boolean
  bind(scope: BindScope): Expanded<BoundProgram>
}
