import { type ReactElement, useEffect, useMemo } from 'react'
import { ALL_RUNS } from '../live/filter.ts'
import { ordered } from '../live/order.ts'
import { useRunTable } from '../live/use-run-table.ts'
import { Ending } from '../runs/ending.tsx'
import { COLUMNS, RunCells } from '../runs/run-row.tsx'
import { Empty } from '../ui/section.tsx'

/** Of the runs to come, so many of the soonest; of the others, so many of the latest. */
const COMING = 3
const PAST = 20

/** The runs of a job around now, live. Another job needs another key. */
export function RecentRuns({ jobId }: { readonly jobId: string }): ReactElement {
  const filter = useMemo(() => ({ ...ALL_RUNS, jobId }), [jobId])
  const runs = useRunTable(filter)
  const { table, status, problem, hasMore, loadMore } = runs
  const { coming, past } = useMemo(() => ordered(table), [table])
  const rows = [...coming.slice(-COMING), ...past.slice(0, PAST)]
  const isShort = status === 'ready' && hasMore && past.length < PAST
  useEffect(() => {
    if (isShort) loadMore()
  }, [isShort, loadMore])
  if (status === 'loading') return <Empty>Loading…</Empty>
  if (rows.length === 0) {
    return <Empty>{status === 'failed' ? problem : <Ending runs={runs} empty="No runs yet." />}</Empty>
  }
  return (
    <div className="run-list short" role="table" aria-label="Recent runs">
      <div role="row" className="row head">
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader" className={`cell c-${name.toLowerCase()}`}>
            {name}
          </span>
        ))}
      </div>
      {rows.map(({ run }) => (
        <div key={run.run_id} role="row" className="row" data-run={run.run_id} data-state={run.state}>
          <RunCells run={run} />
        </div>
      ))}
    </div>
  )
}
