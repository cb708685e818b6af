import type { RunsQuery } from '@apsis/api/routes'
import type { RunFilter } from '@apsis/store/port'

/** What a query of runs asks for by values, as a store takes it: all but the job, which a server finds by a part of its id, and the text of a query. */
export function filterByValues(query: RunsQuery): Omit<RunFilter, 'jobId' | 'query'> {
  const { run_id, state, since, job_prefix, job_text, scheduled_before, scheduled_after, args } = query
  return {
    ...(run_id === undefined ? {} : { ids: run_id }),
    ...(state === undefined ? {} : { states: state }),
    ...(since === undefined ? {} : { since }),
    ...(job_prefix === undefined ? {} : { jobPrefix: job_prefix }),
    ...(job_text === undefined ? {} : { text: job_text }),
    ...(scheduled_before === undefined ? {} : { scheduledBefore: scheduled_before }),
    ...(scheduled_after === undefined ? {} : { scheduledAfter: scheduled_after }),
    ...(args === undefined ? {} : { args }),
  }
}
