import type { Job } from '@apsis/core/job'
import type { RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { JobRow, Reader } from '@apsis/store/port'
import type { JobChanges } from './commands.ts'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import { type DecidedAhead, decidedAhead } from './decided-ahead.ts'
import type { Definitions } from './definitions.ts'
import type { GoneInstants } from './gone-instants.ts'
import { heldRuns, isHeld } from './held-instants.ts'
import {
  difference,
  failedChange,
  type FormerJob,
  JobChangeRefused,
  revisedSchedules,
  unreadable,
} from './job-changes.ts'
import type { LiveRuns } from './live-runs.ts'
import type { PendingInstant, Plans } from './plans.ts'
import type { Clock, Log } from './ports.ts'
import type { Relabels } from './relabels.ts'
import type { Change, Withdrawals } from './withdrawals.ts'

export interface JobSetChangePorts {
  readonly read: Pick<Reader, 'ledger' | 'pendingInstants' | 'runs'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  readonly committer: Pick<Committer, 'alone' | 'extra' | 'fact'>
  readonly definitions: Definitions
  readonly live: Pick<LiveRuns, 'get'>
  readonly cursors: Cursors
  readonly withdrawals: Withdrawals
  readonly plans: Pick<Plans, 'add'>
  readonly relabels: Pick<Relabels, 'note' | 'noteGone' | 'go'>
  readonly gone: Pick<GoneInstants, 'note' | 'go'>
  /** Resolves when everything decided so far is durable. */
  durable(): Promise<void>
  post(task: () => void): void
}

/**
 * Puts a set of jobs in force in one batch, which the store takes whole or not at all; where it never does, everything is as it was before. One set
 * after the other: who calls sees to that.
 */
export class JobSetChange {
  readonly #ports: JobSetChangePorts
  /** Jobs of a change that is not durable yet: they get no coming instants meanwhile, which it would not know of, or which are not to be. */
  readonly #changing = new Set<string>()

  constructor(ports: JobSetChangePorts) {
    this.#ports = ports
  }

  isChanging(jobId: string): boolean {
    return this.#changing.has(jobId)
  }

  /**
   * Resolves when the jobs are in force, durably. Rejects with `JobChangeRefused` where the store refuses them, or they cannot be worked out,
   * and with `StoreError` where it cannot be read: then those of before are in force.
   */
  async apply(jobs: readonly Job[], before: ReadonlyMap<string, FormerJob>): Promise<JobChanges> {
    const changes = difference(before, jobs)
    const leaving = [...changes.changed, ...changes.removed]
    for (const jobId of [...changes.added, ...leaving]) this.#changing.add(jobId)
    const [pending, held, decided] = await this.#coming(leaving, [...changes.added, ...changes.changed]).catch(
      (error: unknown) => {
        this.#settled(changes)
        throw error
      },
    )
    return new Promise((resolve, reject) =>
      this.#ports.post(() => {
        const altered = new Set([...changes.added, ...changes.changed])
        const touched = jobs.filter(({ id }) => altered.has(id))
        const asBefore = this.#saved(changes)
        const change = { refused: false }
        let gone = (): void => {}
        let left: readonly PendingInstant[] = []
        // Answers before it plans: whatever becomes of that, the next change waits for the answer.
        const undo = (why: JobChangeRefused): void => {
          asBefore()
          this.#settled(changes)
          reject(why)
          const former = leaving.flatMap((jobId) => this.#ports.definitions.get(jobId) ?? [])
          this.#ports.plans.add(former, new Set(leaving))
        }
        const damaged = unreadable(touched)
        if (damaged !== null) {
          undo(damaged)
          return
        }
        try {
          this.#ports.committer.alone(
            () => {
              gone = this.#ports.gone.note(leaving, before, jobs)
              this.#put(jobs, changes)
              this.#ports.relabels.note(touched, before)
              this.#ports.relabels.noteGone(changes.removed)
              left = this.#revise(touched, changes, before, pending, held, change)
            },
            // Nothing is planned sooner: what is made anew has the key of what is withdrawn, and of what is not in force there is to be nothing.
            () =>
              this.#ports.post(() => {
                gone()
                this.#settled(changes)
                resolve(changes)
                this.#ports.plans.add(touched, new Set([...left.map(({ jobId }) => jobId), ...decided.jobIds]))
              }),
            () => {
              change.refused = true
              this.#ports.post(() => undo(new JobChangeRefused()))
            },
          )
        } catch (error) {
          change.refused = true
          this.#ports.log.error(
            'a change of the jobs failed, and is not in force: this is a defect, please report it',
            {
              error: error instanceof Error ? (error.stack ?? error.message) : String(error),
            },
          )
          undo(failedChange(error))
        }
      }),
    )
  }

  #settled({ added, changed, removed }: JobChanges): void {
    for (const jobId of [...added, ...changed, ...removed]) this.#changing.delete(jobId)
    this.#ports.post(() => this.#ports.relabels.go())
    this.#ports.post(() => this.#ports.gone.go())
  }

  /** What is in memory of the jobs that change; the result puts it back. */
  #saved({ added, changed, removed }: JobChanges): () => void {
    const { definitions, cursors } = this.#ports
    const saved = [...added, ...changed, ...removed].map(
      (jobId) => [jobId, definitions.get(jobId), cursors.saved(jobId)] as const,
    )
    return () => {
      for (const [jobId, job, restore] of saved) {
        if (job === undefined) definitions.remove(jobId)
        else definitions.put(job)
        restore()
      }
    }
  }

  /**
   * In the commit that puts the jobs in force: withdraws the coming instants of schedules that are gone, and of those that stay but whose runs
   * would be made otherwise now; and notes from when on each schedule is to be planned, now where it is new. So whatever happens after, what is
   * in force gets every instant from now on, and what is not gets none. Gives the instants that are left as they are. Of a schedule that stays,
   * a run that somebody holds is left: made anew it would begin.
   */
  #revise(
    jobs: readonly Job[],
    changes: JobChanges,
    before: ReadonlyMap<string, FormerJob>,
    pending: readonly PendingInstant[],
    held: ReadonlySet<RunId>,
    change: Change,
  ): readonly PendingInstant[] {
    const now = this.#ports.clock.now()
    const added = new Set(changes.added)
    const kept = new Set<string>()
    const inForce = new Set<string>()
    for (const job of jobs) {
      const revised = new Set(revisedSchedules(before.get(job.id), job))
      const enabled = job.schedules.filter((schedule) => schedule.enabled).map(({ key }) => key)
      for (const key of this.#ports.cursors.keysOf(job.id)) if (!enabled.includes(key)) this.#forgetCursor(job.id, key)
      for (const key of enabled) {
        const until = this.#ports.cursors.get(job.id, key)
        if (added.has(job.id) || until === null) this.#setCursor(job.id, key, now)
        // What is past and has no row yet is still to get it.
        else if (revised.has(key)) this.#setCursor(job.id, key, Math.min(until, now))
        inForce.add(`${job.id}\n${key}`)
        if (!revised.has(key)) kept.add(`${job.id}\n${key}`)
      }
    }
    for (const jobId of changes.removed)
      for (const key of this.#ports.cursors.keysOf(jobId)) this.#forgetCursor(jobId, key)
    return pending.filter((instant) => {
      const schedule = `${instant.jobId}\n${instant.scheduleKey}`
      if (instant.due < now || kept.has(schedule)) return true
      if (inForce.has(schedule) && instant.runId !== null) {
        const run = this.#ports.live.get(instant.runId)
        if (run === undefined ? held.has(instant.runId) : isHeld(run)) return true
      }
      this.#ports.withdrawals.withdraw(instant, change)
      return false
    })
  }

  #setCursor(jobId: string, scheduleKey: string, plannedUntil: Instant): void {
    this.#ports.cursors.begin({ jobId, scheduleKey, plannedUntil })
    this.#ports.committer.extra({ cursors: [{ jobId, scheduleKey, plannedUntil }] })
  }

  #forgetCursor(jobId: string, scheduleKey: string): void {
    this.#ports.cursors.forget({ jobId, scheduleKey })
    this.#ports.committer.extra({ removedCursors: [{ jobId, scheduleKey }] })
  }

  /** The coming instants of jobs that leave, and which of their runs are held; and what has its verdict of those that come. */
  async #coming(
    leaving: readonly string[],
    coming: readonly string[],
  ): Promise<readonly [readonly PendingInstant[], ReadonlySet<RunId>, DecidedAhead]> {
    const { read, clock } = this.#ports
    const pending = await this.#pendingOf(leaving)
    return [pending, await heldRuns(pending, read), await decidedAhead(read, coming, clock.now())]
  }

  /** Instants of jobs whose definition changes, as stored once everything decided before is durable. */
  async #pendingOf(jobIds: readonly string[]): Promise<readonly PendingInstant[]> {
    if (jobIds.length === 0) return []
    await this.#ports.durable()
    const pending: PendingInstant[] = []
    for (const jobId of jobIds) {
      for (const instant of await this.#ports.read.pendingInstants(jobId)) pending.push(instant)
    }
    return pending
  }

  #put(jobs: readonly Job[], changes: JobChanges): void {
    const { definitions, committer, clock } = this.#ports
    const now = clock.now()
    const altered = new Set([...changes.added, ...changes.changed])
    for (const job of jobs) definitions.put(job)
    for (const jobId of changes.removed) definitions.remove(jobId)
    const rows = jobs.filter(({ id }) => altered.has(id)).map(rowOf)
    const jobVersions = [
      ...rows.map(({ jobId, hash }) => ({ jobId, since: now, hash })),
      ...changes.removed.map((jobId) => ({ jobId, since: now, hash: null })),
    ]
    committer.extra({ jobs: rows, removedJobs: changes.removed, jobVersions })
    for (const change of ['added', 'changed', 'removed'] as const) {
      for (const jobId of changes[change]) committer.fact({ type: 'job', change, jobId }, now)
    }
  }
}

/** A job as it is stored. */
export function rowOf(job: Job): JobRow {
  return { jobId: job.id, hash: job.hash, json: job.json, adHoc: job.adHoc }
}
