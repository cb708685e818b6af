import { isList, isMapping, type KeyPath, type Problem, readYaml, type Source } from '../document/index.ts'
import type { ConditionKind } from '../kind/index.ts'
import type { ParamsOf } from '../job/bind.ts'
import type { Job } from '../job/job.ts'
import type { Instant } from '../time/index.ts'

/** The jobs that are checked against each other, and what they are checked with. */
export interface JobSet {
  readonly jobs: ReadonlyMap<string, Job>
  /** Of these jobs, and of others that may be named without being checked. */
  readonly paramsOf: ParamsOf
  /** The kinds of the conditions, to ask what a bound one waits for. */
  readonly conditions: readonly ConditionKind[]
  readonly now: Instant
}

/** What is wrong with a job of a set. */
export interface JobProblem {
  readonly jobId: string
  readonly problem: Problem
}

/** Where an action stands in the file: successors are actions too, but stand elsewhere, after those of `action`. */
export function placeAction(problem: Problem, source: Source | null): Problem {
  const [key, index, ...rest] = problem.path
  if (source === null || key !== 'action' || typeof index !== 'number') return problem
  const read = readYaml(source.text)
  const action = read.ok && isMapping(read.value) ? read.value['action'] : undefined
  const count = isList(action) ? action.length : action === undefined ? 0 : 1
  const path: KeyPath = index < count ? problem.path : ['successors', index - count, ...rest]
  return { ...problem, path }
}
