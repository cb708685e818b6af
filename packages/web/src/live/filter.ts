import type { RunSummary } from '@apsis/api/json'
import type { State } from '@apsis/core/run'

/** Which runs a list shows. */
export interface RunFilter {
  /** Text anywhere in the job id, whatever the case; empty for every job. */
  readonly jobText: string
  /** Exactly this job; null for every job. */
  readonly jobId: string | null
  /** Empty for every state. */
  readonly states: readonly State[]
}

/** Whether the filter shows a run. */
export function matches(filter: RunFilter, run: RunSummary): boolean {
  return matchesJob(filter, run) && (filter.states.length === 0 || filter.states.includes(run.state))
}

/** Whether the filter shows runs of that job: what never changes for a run. */
export function matchesJob(filter: RunFilter, run: RunSummary): boolean {
  if (filter.jobId !== null && run.job_id !== filter.jobId) return false
  return run.job_id.toLowerCase().includes(filter.jobText.toLowerCase())
}
