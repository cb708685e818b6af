import type { ReactElement } from 'react'
import { useNow } from '../time/clock.ts'
import { formatFull } from '../time/format.ts'
import { useZone } from '../time/zone.ts'

/** The line between what is to come and what has come. */
export function NowLine(): ReactElement {
  const zone = useZone()
  const now = useNow()
  return (
    <span role="cell" className="now-text">
      now <span className="num">{formatFull(now, zone).slice(11)}</span>
    </span>
  )
}
