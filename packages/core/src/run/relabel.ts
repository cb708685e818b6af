import type { Instant } from '../time/instant.ts'
import { armScheduled } from './hold.ts'
import { changed, ignored, type StepResult } from './outcome.ts'
import type { Run } from './run.ts'

/** The labels of its job are others now: a coming run gets them. One that has begun keeps those that it began with. */
export function relabel(run: Run, labels: readonly string[], now: Instant): StepResult {
  if (run.state !== 'scheduled' || sameLabels(run.labels, labels)) return ignored(run)
  // No line of the log: there are thousands of them in one go, and the job's history says it. But whoever watches must hear of it.
  return changed({ ...run, labels }, [{ type: 'meta' }], armScheduled(run, now))
}

/** Whether two lists of labels are the same, in order. */
export function sameLabels(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((label, at) => label === right[at])
}
