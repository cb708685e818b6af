import type { QueryTerm } from '@apsis/core/query'
import { STATES, type RunId, type State } from '@apsis/core/run'
import type { RunFilter } from '../port/index.ts'
import { checkedNumber, STATE_CODES } from '../row/index.ts'
import type { FilterValues } from './protocol.ts'

/** What a filter asks for, with what its query asks for as well put in the same place. */
interface Narrowed {
  job: string | null
  states: readonly State[] | null
  ids: readonly RunId[] | null
  since: number | null
  until: number | null
  dueBefore: number | null
  dueAfter: number | null
}

/**
 * A filter in values. Terms of its query that an index can serve narrow the filter; the others are left. Throws `StoreError`
 * `STORE_REQUEST` for an id that is none.
 */
export function filterValues(filter: RunFilter): FilterValues {
  const narrowed: Narrowed = {
    job: filter.jobId ?? null,
    states: filter.states ?? null,
    ids: filter.ids ?? null,
    since: filter.since ?? null,
    until: null,
    dueBefore: filter.scheduledBefore ?? null,
    dueAfter: filter.scheduledAfter ?? null,
  }
  const terms = (filter.query?.terms ?? []).filter((term) => !narrow(narrowed, term))
  return {
    ...narrowed,
    prefix: filter.jobPrefix ?? null,
    text: filter.text?.toLowerCase() ?? null,
    states: narrowed.states?.map((state) => STATE_CODES[state]) ?? null,
    ids: narrowed.ids?.map(checkedNumber) ?? null,
    args: Object.entries(filter.args ?? {}),
    terms,
  }
}

/** Whether the term is now part of the filter. */
function narrow(filter: Narrowed, term: QueryTerm): boolean {
  if (term.type === 'state') {
    const wanted = STATES.filter((state) => term.states.includes(state) !== term.not)
    filter.states = wanted.filter((state) => filter.states?.includes(state) ?? true)
    return true
  }
  if (term.not) return false
  switch (term.type) {
    case 'id':
      filter.ids = term.ids.filter((id) => filter.ids?.includes(id) ?? true)
      return true
    case 'since':
      filter.dueAfter = Math.max(term.time, filter.dueAfter ?? -Infinity)
      return true
    case 'before':
      filter.dueBefore = Math.min(term.time, filter.dueBefore ?? Infinity)
      return true
    case 'changed':
      if (term.from !== null) filter.since = Math.max(term.from, filter.since ?? -Infinity)
      if (term.to !== null) filter.until = Math.min(term.to, filter.until ?? Infinity)
      return true
    case 'job': {
      const [pattern, second] = term.patterns
      const isExact = pattern !== undefined && second === undefined && !/[*]|\/$/.test(pattern)
      if (!isExact || filter.job !== null) return false
      filter.job = pattern
      return true
    }
    default:
      return false
  }
}
