import type { ReactElement } from 'react'
import type { WatchedRun } from '../live/watched.ts'
import { Time } from '../time/time.tsx'
import { Empty } from '../ui/section.tsx'

/** The log of a run, oldest line first. */
export function RunLog({ watched }: { readonly watched: WatchedRun }): ReactElement {
  const { log, logDropped } = watched
  if (log.length === 0) return <Empty>{watched.run === null ? 'Loading…' : 'Nothing yet.'}</Empty>
  return (
    <>
      {logDropped > 0 && <Empty>{logDropped} older lines are not shown.</Empty>}
      <ol className="log" aria-label="Run log">
        {log.map((line, index) => (
          // Lines are only ever added at the end, or dropped at the beginning.
          <li key={logDropped + index}>
            <Time at={line.timestamp} />
            <span className="log-text">{line.message}</span>
          </li>
        ))}
      </ol>
    </>
  )
}
