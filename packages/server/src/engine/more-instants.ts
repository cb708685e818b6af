import type { Duration, Instant } from '@apsis/core/time'
import type { Cursors } from './cursors.ts'
import type { Definitions } from './definitions.ts'
import type { Clock } from './ports.ts'
import type { Timers } from './timers.ts'

/** Least time between two plans of a schedule that cannot be planned up to now, ms. */
const AGAIN: Duration = 5_000

interface MorePorts {
  readonly clock: Clock
  readonly cursors: Pick<Cursors, 'get'>
  readonly definitions: Pick<Definitions, 'get'>
  readonly timers: Pick<Timers, 'set'>
  readonly horizon: Duration
  /** Plans a job. */
  plan(jobId: string): void
  post(task: () => void): void
}

/** Sees to it that a schedule which has no rows up to the horizon gets the next ones in time: at once when there is room, and when they fall due. */
export class MoreInstants {
  readonly #ports: MorePorts

  constructor(ports: MorePorts) {
    this.#ports = ports
  }

  /** An instant of a schedule has its verdict: where a limit kept the next one from having a row, there is room for it now. */
  decided(jobId: string, scheduleKey: string): void {
    const { clock, cursors, definitions, horizon } = this.#ports
    const until = cursors.get(jobId, scheduleKey)
    if (until === null || until >= clock.now() + horizon) return
    const schedule = definitions.get(jobId)?.schedules.find(({ key }) => key === scheduleKey)
    // Those that have as many rows as there may be of any are taken up piece by piece, as they fall due.
    if (schedule !== undefined && schedule.limit !== null) this.#ports.plan(jobId)
  }

  /** Plans a job when the first of its instants that has no row is due, if nothing did before: that row is to be there then, whatever keeps the others waiting. */
  whenDue(jobId: string, plannedUntil: Instant): void {
    const { clock, timers } = this.#ports
    const at = plannedUntil > clock.now() ? plannedUntil : clock.now() + AGAIN
    timers.set(`${jobId}/plan`, at, () => this.#ports.post(() => this.#ports.plan(jobId)))
  }
}
