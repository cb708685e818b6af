import { matchesQuery } from '@apsis/core/query'
import type { RunFilter } from '../port/index.ts'
import { type BoundTexts, checkedNumber, decodeRun, readArgs } from '../row/index.ts'
import type { StoredRun } from './runs.ts'

/** Whether a run is one that the filter selects. */
export function matcher(filter: RunFilter, bounds: BoundTexts): (run: StoredRun) => boolean {
  const ids = filter.ids === undefined ? null : new Set(filter.ids.map(checkedNumber))
  const text = filter.text?.toLowerCase()
  const wanted = Object.entries(filter.args ?? {})
  return ({ run, state, changed, due, row, fixed: [job, args] }) => {
    if (ids !== null && !ids.has(run)) return false
    if (filter.jobId !== undefined && job !== filter.jobId) return false
    if (filter.jobPrefix !== undefined && !job.startsWith(filter.jobPrefix)) return false
    if (text !== undefined && !job.toLowerCase().includes(text)) return false
    if (filter.states !== undefined && !filter.states.includes(state)) return false
    if (filter.since !== undefined && changed < filter.since) return false
    if (filter.scheduledBefore !== undefined && (due === null || due >= filter.scheduledBefore)) return false
    if (filter.scheduledAfter !== undefined && (due === null || due < filter.scheduledAfter)) return false
    if (wanted.length > 0) {
      const has = readArgs(args)
      if (!wanted.every(([name, value]) => Object.hasOwn(has, name) && has[name] === value)) return false
    }
    return filter.query === undefined || matchesQuery(filter.query, decodeRun(row, bounds), changed)
  }
}
