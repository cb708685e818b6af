import { formatQuery } from '@apsis/core/query'
import type { State } from '@apsis/core/run'
import type { RunFilter } from './filter.ts'

/** Those of some states that a filter shows. */
export function wanted(filter: RunFilter, of: readonly State[]): readonly State[] {
  return filter.states.length === 0 ? of : of.filter((state) => filter.states.includes(state))
}

/** A filter but for its states, for the API. Times of its query are written out, so that every page means the same ones. */
export function queryOf({ jobText, jobId, query }: RunFilter): {
  readonly job_text?: string
  readonly job_id?: string
  readonly page_query?: string
} {
  return {
    ...(jobText === '' ? {} : { job_text: jobText }),
    ...(jobId === null ? {} : { job_id: jobId }),
    ...(query === null || query.terms.length === 0 ? {} : { page_query: formatQuery(query) }),
  }
}
