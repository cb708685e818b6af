import type { State } from '@apsis/core/run'
import type { RunFilter } from './filter.ts'

/** Those of some states that a filter shows. */
export function wanted(filter: RunFilter, of: readonly State[]): readonly State[] {
  return filter.states.length === 0 ? of : of.filter((state) => filter.states.includes(state))
}

/** The part of a filter that says which jobs, for the API. */
export function queryOf(filter: RunFilter): { readonly job_text?: string; readonly job_id?: string } {
  return {
    ...(filter.jobText === '' ? {} : { job_text: filter.jobText }),
    ...(filter.jobId === null ? {} : { job_id: filter.jobId }),
  }
}
