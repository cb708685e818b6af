import type { KeyPath } from '../document/index.ts'
import type { JsonObject } from '../json/index.ts'
import type { z } from 'zod'
import type { ActionSpec } from './action.ts'
import type { ConditionKind, ConditionSpec } from './condition.ts'
import type { Environment } from '../template/index.ts'
import type { ProgramSpec } from './program.ts'
import type { ScheduleSpec, StopSpec } from './schedule.ts'

/** How one kind is written in a job file: `schema` validates the mapping (its `type` included) and gives the spec. */
export interface KindSyntax<Spec> {
  readonly type: string
  /** Other names that a job file may use; never emitted. */
  readonly aliases: readonly string[]
  readonly schema: z.ZodType<Spec, unknown>
  /** What is allowed in a mapping that the schema takes, and hardly means what was meant. */
  odd?(value: JsonObject): readonly OddValue[]
}

/** A value that hardly means what was meant: its place in the mapping, what it means, and how to write what was meant. */
export interface OddValue {
  readonly path: KeyPath
  readonly message: string
  readonly hint: string
}

/** The kinds that job files may name, made for an environment in `kinds`; passed to the job parser. */
export interface KindRegistry {
  readonly environment: Environment
  readonly schedules: readonly KindSyntax<ScheduleSpec>[]
  readonly stops: readonly KindSyntax<StopSpec>[]
  readonly programs: readonly KindSyntax<ProgramSpec>[]
  readonly conditions: readonly (KindSyntax<ConditionSpec> & ConditionKind)[]
  readonly actions: readonly KindSyntax<ActionSpec>[]
}
