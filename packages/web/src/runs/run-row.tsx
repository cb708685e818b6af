import type { RunSummary } from '@apsis/api/json'
import { memo, type MemoExoticComponent, type ReactElement } from 'react'
import { Link } from '../router/link.tsx'
import { jobPath, runPath } from '../router/paths.ts'
import { Elapsed, Time } from '../time/time.tsx'
import { ArgList } from '../ui/args.tsx'
import { StateBadge } from '../ui/state-icon.tsx'

/** The names of the columns, in the order of the cells of a row. */
export const COLUMNS: readonly string[] = ['Run', 'Job', 'Args', 'State', 'Reason', 'Scheduled', 'Start', 'Elapsed']

/** What the columns of a run hold. Summaries are replaced, never changed: one that is the same needs no new row. */
export const RunCells: MemoExoticComponent<(props: { readonly run: RunSummary }) => ReactElement> = memo(
  function RunCells({ run }: { readonly run: RunSummary }) {
    const why =
      run.unreachable_since === undefined ? (heldText(run) ?? run.because ?? run.message) : 'agent unreachable'
    return (
      <>
        <span role="cell" className="cell c-run">
          <Link href={runPath(run.run_id)} className="row-link">
            {run.run_id}
          </Link>
        </span>
        <span role="cell" className="cell c-job">
          <Link href={jobPath(run.job_id)} title={run.job_id}>
            {run.job_id}
          </Link>
        </span>
        <span role="cell" className="cell c-args">
          <ArgList args={run.args} />
        </span>
        <span role="cell" className="cell c-state" title={why}>
          <StateBadge state={run.state} held={run.held !== undefined} />
        </span>
        <span
          role="cell"
          className={run.unreachable_since === undefined ? 'cell c-reason' : 'cell c-reason warn'}
          title={why}
        >
          {why}
        </span>
        <span role="cell" className="cell c-scheduled num">
          <Time at={run.times.schedule} short />
        </span>
        <span role="cell" className="cell c-start num">
          <Time at={run.times.running ?? run.times.starting} short />
        </span>
        <span role="cell" className="cell c-elapsed num">
          <Elapsed run={run} />
        </span>
      </>
    )
  },
)

/** Why a run is held; null where it is not, and empty where nobody said. */
function heldText({ held }: RunSummary): string | null {
  return held === undefined ? null : (held.reason ?? '')
}
