import type { ReactElement } from 'react'
import { useNow } from '../time/clock.ts'
import { formatFull } from '../time/format.ts'
import { useZone } from '../time/zone.ts'

/** The time, by the server's clock, in the chosen zone. */
export function Clock(): ReactElement {
  const now = useNow()
  return (
    <time className="clock num" aria-label="Time now">
      {formatFull(now, useZone())}
    </time>
  )
}
