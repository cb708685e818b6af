import type { Run } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { Reader } from '@apsis/store/port'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import { isHeld } from './held-instants.ts'
import type { LiveRuns } from './live-runs.ts'
import type { PendingInstant } from './plans.ts'
import type { Clock } from './ports.ts'
import type { RetryingReads } from './retrying-reads.ts'
import type { RunTable } from './run-table.ts'

export interface WithdrawalPorts {
  readonly live: Pick<LiveRuns, 'get'>
  readonly committer: Pick<Committer, 'withdraw'>
  readonly table: Pick<RunTable, 'drop' | 'gone' | 'again' | 'stays'>
  readonly cursors: Pick<Cursors, 'has'>
  readonly read: Pick<Reader, 'run'>
  readonly reads: Pick<RetryingReads, 'add'>
  readonly clock: Pick<Clock, 'now'>
  post(task: () => void): void
  /** The run of an instant of a schedule in force is withdrawn at last: it may be made anew. */
  remake(jobId: string, scheduleKey: string, due: Instant): void
}

/** A change of the jobs. */
export interface Change {
  /** The store takes it never. */
  refused: boolean
}

/** Takes back the runs of instants that are no longer implied and not due yet. In the engine's turn only. */
export class Withdrawals {
  readonly #ports: WithdrawalPorts

  constructor(ports: WithdrawalPorts) {
    this.#ports = ports
  }

  /** The run of the instant goes, unless it has begun meanwhile. `change`: by which it goes; where the store refuses that, it stays. */
  withdraw(instant: PendingInstant, change: Change = { refused: false }): void {
    this.#withdraw(instant, instant.runVersion, false, change)
  }

  /** `again`: it was tried before, and what was to be made in its place could not be. */
  #withdraw(instant: PendingInstant, version: number, again: boolean, change: Change): void {
    const { runId, jobId, scheduleKey, due, args } = instant
    if (runId === null) return
    const { live, committer, table, clock } = this.#ports
    const run = live.get(runId)
    if (run !== undefined && run.state !== 'scheduled') return
    committer.withdraw(
      { runId, expect: run?.version ?? version, time: clock.now() },
      {
        durable: () => {
          if (again && this.#isInForce(instant)) this.#ports.post(() => this.#ports.remake(jobId, scheduleKey, due))
        },
        conflict: () =>
          this.#ports.post(() => {
            if (!change.refused) this.#readAgain(instant)
            else if (run !== undefined) table.stays(run)
            else table.again(jobId, args)
          }),
      },
    )
    if (run !== undefined) table.drop(run)
    else table.gone(jobId, args, runId)
  }

  /** The run has changed since it was read, without having been in memory: whether it still goes is decided by what it is now. */
  #readAgain(instant: PendingInstant): void {
    const { runId } = instant
    if (runId === null) return
    this.#ports.table.again(instant.jobId, instant.args)
    this.#ports.reads.add(
      `run ${runId}`,
      () => this.#ports.read.run(runId),
      (stored) => this.#ports.post(() => this.#decideAgain(instant, stored)),
    )
  }

  #decideAgain(instant: PendingInstant, stored: Run | null): void {
    if (instant.runId === null || stored === null) return
    const run = this.#ports.live.get(instant.runId) ?? stored
    if (run.state !== 'scheduled') return
    // It was moved: the instant is decided, and the run is the user's. One that is held goes with its schedule only.
    if (run.times.schedule !== instant.due || (isHeld(run) && this.#isInForce(instant))) return
    this.#withdraw(instant, run.version, true, { refused: false })
  }

  #isInForce({ jobId, scheduleKey }: PendingInstant): boolean {
    return this.#ports.cursors.has(jobId, scheduleKey)
  }
}
