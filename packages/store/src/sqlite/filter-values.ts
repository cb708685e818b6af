import type { RunFilter } from '../port/index.ts'
import { checkedNumber, STATE_CODES } from '../row/index.ts'
import type { FilterValues } from './protocol.ts'

/** A filter in values. Throws `StoreError` `STORE_REQUEST` for an id that is none. */
export function filterValues(filter: RunFilter): FilterValues {
  return {
    job: filter.jobId ?? null,
    prefix: filter.jobPrefix ?? null,
    text: filter.text?.toLowerCase() ?? null,
    states: filter.states?.map((state) => STATE_CODES[state]) ?? null,
    args: Object.entries(filter.args ?? {}),
    ids: filter.ids?.map(checkedNumber) ?? null,
    since: filter.since ?? null,
    dueBefore: filter.scheduledBefore ?? null,
    dueAfter: filter.scheduledAfter ?? null,
  }
}
