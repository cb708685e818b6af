import { parseTime, type RunSummary } from '@apsis/api/json'
import { matchesQuery, type QueriedRun, type Query, type QueryTerm } from '@apsis/core/query'
import type { State, Times } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'

/** Which runs a list shows. */
export interface RunFilter {
  /** Text anywhere in the job id, whatever the case; empty for every job. */
  readonly jobText: string
  /** Exactly this job; null for every job. */
  readonly jobId: string | null
  /** Empty for every state. */
  readonly states: readonly State[]
  /** Null for every run. */
  readonly query: Query | null
}

/** Every run. */
export const ALL_RUNS: RunFilter = { jobText: '', jobId: null, states: [], query: null }

/** Whether the filter shows a run. `changed`: when it changed last; null where the server has said that the query selects it. */
export function matches(filter: RunFilter, run: RunSummary, changed: Instant | null): boolean {
  if (!mayMatch(filter, run)) return false
  if (filter.states.length > 0 && !filter.states.includes(run.state)) return false
  // Only the server knows when a run that it lists changed last.
  return changed === null || filter.query === null || matchesQuery(filter.query, queried(run), changed)
}

/** Whether the filter may show the run at some time: false by what never changes for a run. */
export function mayMatch({ jobId, jobText, query }: RunFilter, run: RunSummary): boolean {
  if (jobId !== null && run.job_id !== jobId) return false
  if (!run.job_id.toLowerCase().includes(jobText.toLowerCase())) return false
  return query === null || matchesQuery({ terms: query.terms.filter(isLasting) }, queried(run))
}

function isLasting({ type }: QueryTerm): boolean {
  return type === 'word' || type === 'arg' || type === 'job' || type === 'id' || type === 'origin'
}

function queried(run: RunSummary): QueriedRun {
  return {
    id: run.run_id,
    jobId: run.job_id,
    args: run.args,
    state: run.state,
    labels: run.labels,
    origin: { type: run.made_by ?? 'schedule' },
    elapsed: run.elapsed ?? null,
    message: run.message ?? null,
    get times() {
      return timesOf(run)
    },
  }
}

function timesOf(run: RunSummary): Times {
  return Object.fromEntries(
    Object.entries(run.times).flatMap(([name, text]) => {
      const at = parseTime(text)
      return at === null ? [] : [[name, at]]
    }),
  )
}
