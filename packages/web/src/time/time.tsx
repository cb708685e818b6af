import { type ApiTime, parseTime, type RunSummary } from '@apsis/api/json'
import { isFinished } from '@apsis/core/run'
import { formatElapsed } from '@apsis/core/time'
import type { ReactElement } from 'react'
import { useMinute, useNow } from './clock.ts'
import { formatFull, formatShort } from './format.ts'
import { useZone } from './zone.ts'

/** A time in the chosen zone; in lists short, with the whole as its title. */
export function Time(props: { readonly at: ApiTime | undefined; readonly short?: boolean }): ReactElement {
  const zone = useZone()
  const now = useMinute()
  const at = props.at === undefined ? null : parseTime(props.at)
  if (at === null) return <span className="faint">–</span>
  const full = formatFull(at, zone)
  return (
    <time dateTime={props.at} title={`${full} ${zone}`}>
      {props.short === true ? formatShort(at, zone, now) : full}
    </time>
  )
}

/** How long a run ran, or has been running until now. */
export function Elapsed({ run }: { readonly run: RunSummary }): ReactElement {
  if (run.elapsed !== undefined) return <span>{formatElapsed(run.elapsed * 1000)}</span>
  const start = run.times.running === undefined ? null : parseTime(run.times.running)
  if (start === null || isFinished(run.state)) return <span className="faint">–</span>
  return <Since start={start} />
}

function Since({ start }: { readonly start: number }): ReactElement {
  const now = useNow()
  return <span>{formatElapsed(Math.max(0, now - start))}</span>
}
