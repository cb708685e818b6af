import { OVERDUE } from '@apsis/core/catchup'
import { formatDuration, formatInstant, type Instant } from '@apsis/core/time'
import type { Cursors } from './cursors.ts'
import type { Log } from './ports.ts'

/**
 * Says at a start that the clock was ahead when a server ran before, or is behind now. Each instant has one verdict, so those until `reached`, the time
 * that was reached, are not run again, and schedules seem to stand still until then. Jobs that came since are not counted.
 */
export function tellClockBehind(now: Instant, reached: Instant, cursors: Pick<Cursors, 'reaching'>, log: Log): void {
  if (reached - now <= OVERDUE) return
  const jobs = cursors.reaching(reached)
  if (jobs === 0) return
  const [behind, until] = [formatDuration(Math.round((reached - now) / 60_000) * 60_000), formatInstant(reached)]
  log.warn(
    `the clock is ${behind} behind what was decided before: what was due until then makes no run again, and the schedules of ${jobs === 1 ? 'one job' : `${jobs} jobs`} go on at ${until}`,
    { event: 'clock.behind', behind: (reached - now) / 1_000, until, jobs },
  )
}
