import { formatTime } from '@apsis/api/json'
import type { ReactElement } from 'react'
import { MAX_RUNS } from '../live/reduce.ts'
import type { LiveRuns } from '../live/use-run-table.ts'
import { Time } from '../time/time.tsx'

/** What stands below the last run: whether there are older ones, and how far a search has come. */
export function Ending({ runs, empty }: { readonly runs: LiveRuns; readonly empty: string }): ReactElement {
  if (runs.search !== null) return <Searching search={runs.search} onGoOn={runs.searchOn} />
  return <>{ending(runs, empty)}</>
}

function ending(runs: LiveRuns, empty: string): string {
  if (runs.table.dropped || runs.table.rows.size >= MAX_RUNS) {
    return `The page holds ${MAX_RUNS.toLocaleString('en')} runs at most. Narrow the filter to see older ones.`
  }
  if (runs.hasMore) return 'Loading more…'
  if (runs.table.rows.size === 0) return empty
  return runs.truncated ? 'There are more live runs than shown. Narrow the filter to see them.' : 'No older runs.'
}

function Searching(props: {
  readonly search: NonNullable<LiveRuns['search']>
  readonly onGoOn: () => void
}): ReactElement {
  const { reached, stopped } = props.search
  return (
    <span className="searching" role="status" aria-label="Search">
      {stopped ? 'The search has stopped' : 'Searching…'}
      {reached !== null && (
        <>
          {stopped ? ', having' : ''}
          {' looked at runs back to '}
          <Time at={formatTime(reached)} />
        </>
      )}
      {stopped && (
        <button type="button" className="button small" onClick={props.onGoOn}>
          Search on
        </button>
      )}
    </span>
  )
}
