import type { BindResult } from '../run/input.ts'
import type { Args, BoundCondition, RunId } from '../run/run.ts'
import { argsFault } from './args.ts'
import type { Job } from './job.ts'

/** The params of a job by its ID; null where there is no such job. */
export type ParamsOf = (jobId: string) => readonly string[] | null

/** Expands the templates of a job's program and conditions for one run. Conditions that are off for this run are left out. */
export function bindRun(job: Job, run: { readonly runId: RunId; readonly args: Args }, paramsOf: ParamsOf): BindResult {
  const fault = argsFault(job, run.args)
  if (fault !== null) return { ok: false, message: fault }
  const scope = { runId: run.runId, jobId: job.id, args: run.args }
  const program = job.program.bind(scope)
  if (!program.ok) return program
  const conditions: BoundCondition[] = []
  for (const condition of job.conditions) {
    const bound = condition.bind(scope, paramsOf)
    if (!bound.ok) return bound
    if (bound.value !== null) conditions.push(bound.value)
  }
  return { ok: true, bound: { definition: job.hash, program: program.value, conditions } }
}
