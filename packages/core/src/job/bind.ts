import type { BindResult } from '../run/input.ts'
import type { Args, BoundCondition, RunId } from '../run/run.ts'
import { type ExpandFailure, failureIn, placedMessage } from '../template/index.ts'
import { argsFault } from './args.ts'
import { bindEnv } from './env.ts'
import type { Job } from './job.ts'

/** The params of a job by its ID; null where there is no such job. */
export type ParamsOf = (jobId: string) => readonly string[] | null

/** Expands the templates of a job's program and conditions for one run. Conditions that are off for this run are left out. */
export function bindRun(job: Job, run: { readonly runId: RunId; readonly args: Args }, paramsOf: ParamsOf): BindResult {
  const fault = argsFault(job, run.args)
  if (fault !== null) return { ok: false, message: fault }
  const scope = { runId: run.runId, jobId: job.id, args: run.args, environment: job.environment }
  const program = job.program.bind(scope)
  if (!program.ok) return failure(program, 'program')
  const bound = job.program.takesEnv === true ? bindEnv(job.settings.env, program.value, scope) : program
  if (!bound.ok) return failure(bound)
  const conditions: BoundCondition[] = []
  for (const [index, condition] of job.conditions.entries()) {
    const held = condition.bind(scope, paramsOf)
    if (!held.ok) return failure(held, 'condition', index)
    if (held.value !== null) conditions.push(held.value)
  }
  return { ok: true, bound: { definition: job.hash, program: bound.value, conditions } }
}

// Where the kind names no field, none is to blame: what is wrong is not in the text of the job.
function failure(failed: ExpandFailure, ...path: readonly (string | number)[]): BindResult {
  if (failed.field === undefined) return { ok: false, message: placedMessage(failed) }
  const placed = failureIn(failed, ...path)
  return {
    ok: false,
    message: placedMessage(placed),
    place: { path: [...path, ...failed.field], within: failed.at ?? null },
  }
}
