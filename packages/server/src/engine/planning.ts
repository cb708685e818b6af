import type { Gap } from '@apsis/core/catchup'
import type { Job } from '@apsis/core/job'
import type { PlanSlice } from '@apsis/core/plan'
import type { RunId, RunSeed } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type { InstantRow, JobRow, Store } from '@apsis/store/port'
import { AdHocLeave } from './ad-hoc.ts'
import { afterOnEither } from './either-clock.ts'
import type { JobChanges } from './commands.ts'
import type { Committer } from './committer.ts'
import type { Definitions } from './definitions.ts'
import type { FailingReads } from './failing-reads.ts'
import type { GoneInstants } from './gone-instants.ts'
import { difference, type FormerJob, formerOf, revisedSchedules } from './job-changes.ts'
import { heldRuns, isHeld } from './held-instants.ts'
import type { LiveRuns } from './live-runs.ts'
import type { CatchUp } from './catch-up.ts'
import type { Cursors } from './cursors.ts'
import type { Clock, Log } from './ports.ts'
import { MoreInstants } from './more-instants.ts'
import { type PendingInstant, Plans } from './plans.ts'
import type { Relabels } from './relabels.ts'
import type { RetryingReads } from './retrying-reads.ts'
import type { RunTable } from './run-table.ts'
import type { Timers } from './timers.ts'
import { Withdrawals } from './withdrawals.ts'

/** How often the horizon is moved on, ms. */
const EVERY = 60_000
/** Up to so long before a server was seen alive last its plans may have been made, ms. */
const SLACK = 5 * EVERY

export interface PlanningPorts {
  readonly store: Pick<Store, 'read'>
  readonly clock: Clock
  readonly log: Log
  readonly committer: Committer
  readonly failing: FailingReads
  readonly reads: Pick<RetryingReads, 'add'>
  readonly definitions: Definitions
  readonly live: LiveRuns
  readonly table: RunTable
  readonly cursors: Cursors
  readonly timers: Pick<Timers, 'set'>
  readonly catchUp: Pick<CatchUp, 'isBehind' | 'decide'>
  readonly relabels: Pick<Relabels, 'note' | 'go'>
  readonly gone: Pick<GoneInstants, 'note' | 'go'>
  readonly horizon: Duration
  /** The last time in which nothing was decided. */
  gap(): Gap | null
  /** Parses a stored definition; null where it no longer can be. */
  parse(row: JobRow): Job | null
  post(task: () => void): void
  /** Makes the scheduled run of an instant. */
  create(seed: Omit<RunSeed, 'id'>, instant: InstantRow): void
}

/** The jobs in force, and the instants that their schedules imply: rows before they are due, made up to a horizon that moves on. */
export class Planning {
  readonly #ports: PlanningPorts
  readonly #cursors: Cursors
  /** Up to when the last plan was to reach; null before the first. */
  #planned: Instant | null = null
  #cancel: (() => void) | null = null
  #stopped = false
  readonly #plans: Plans
  readonly #more: MoreInstants
  readonly #withdrawals: Withdrawals
  #last: Promise<unknown> = Promise.resolve()

  /** Jobs whose coming instants were read for a change that is not in force yet: they get no more meanwhile, which it would not know of. */
  readonly #changing = new Set<string>()
  readonly #adHoc: AdHocLeave
  /** Jobs that were in force when a server ran last, can no longer be read, and are not known to be gone. */
  readonly #aside = new Map<string, FormerJob>()

  constructor(ports: PlanningPorts) {
    this.#ports = ports
    const { definitions, live, committer, store, log } = ports
    this.#adHoc = new AdHocLeave({
      definitions,
      live,
      committer,
      read: store.read,
      log,
      post: (task) => ports.post(task),
    })
    this.#cursors = ports.cursors
    this.#more = new MoreInstants({ ...ports, plan: (jobId) => this.#planMore(jobId) })
    this.#withdrawals = new Withdrawals({
      ...ports,
      read: store.read,
      post: (task) => ports.post(task),
      remake: (jobId, scheduleKey, due) => this.#remake(jobId, scheduleKey, due),
    })
    this.#plans = new Plans({
      ...ports,
      isChanging: (jobId) => this.#changing.has(jobId),
      durable: () => this.#durable(),
      pendingOf: (jobId) => store.read.pendingInstants(jobId),
      carryOut: (slice, holds) => this.#carryOut(slice, holds),
      post: (task) => ports.post(task),
    })
  }

  /** Reads where planning was left, and puts the jobs in force. Ad hoc jobs of the store are in force as they are. `aside`: stored jobs that stay as they are, not in force. */
  async load(
    jobs: readonly Job[],
    stored: readonly JobRow[] | null,
    aside: readonly string[] = [],
  ): Promise<JobChanges> {
    const { store, definitions, log } = this.#ports
    const parse = (row: JobRow): Job | null => this.#ports.parse(row)
    const [rows, cursors] = await Promise.all([stored ?? store.read.jobs(), store.read.cursors()])
    for (const cursor of cursors) this.#cursors.set(cursor)
    const before = new Map<string, FormerJob>()
    for (const row of rows) {
      if (!row.adHoc) before.set(row.jobId, { hash: row.hash, job: () => parse(row) })
      else {
        const job = parse(row)
        if (job === null) log.error('an ad hoc job can no longer be read and is set aside', { job: row.jobId })
        else definitions.put(job)
      }
    }
    for (const jobId of aside) {
      const former = before.get(jobId)
      if (former !== undefined) this.#aside.set(jobId, former)
      before.delete(jobId)
    }
    return this.#apply(jobs, before)
  }

  /** Puts another set of jobs in force. Ad hoc jobs stay as they are. */
  apply(jobs: readonly Job[]): Promise<JobChanges> {
    const applied = this.#last.then(async () => {
      const changes = await this.#apply(jobs, this.#former())
      this.#aside.clear()
      return changes
    })
    // Sets follow each other: each starts from what the last has put in force. A failed one changed nothing.
    this.#last = applied.catch(() => {})
    return applied
  }

  /** What `apply` would change. */
  changes(jobs: readonly Job[]): JobChanges {
    return difference(this.#former(), jobs)
  }

  #former(): ReadonlyMap<string, FormerJob> {
    return new Map([...formerOf(this.#ports.definitions.all()), ...this.#aside])
  }

  /** Adds one job beside those of the folder. */
  add(job: Job): void {
    this.#ports.definitions.put(job)
    const since = this.#ports.clock.now()
    this.#ports.committer.extra({ jobs: [rowOf(job)], jobVersions: [{ jobId: job.id, since, hash: job.hash }] })
    this.#plans.add([job], new Set())
  }

  /** Plans now and from now on. */
  start(): void {
    if (this.#stopped) return
    this.#ports.post(() => {
      const { definitions, live } = this.#ports
      definitions.forget((hash) => live.isBoundTo(hash))
      this.#adHoc.round()
      this.#planBehind()
    })
    this.#cancel = afterOnEither(this.#ports.clock, EVERY, () => this.start())
  }

  /** Plans what the horizon has reached. What still waits of a schedule counts towards its limit; of few that matters, and theirs is read. */
  #planBehind(): void {
    const { clock, definitions, horizon } = this.#ports
    const until = clock.now() + horizon
    const behind = this.#cursors.behind(until)
    const jobs = [...behind.keys()]
      .filter((jobId) => !this.#plans.isWaiting(jobId))
      .map((jobId) => definitions.get(jobId))
      .filter((job) => job !== undefined)
    // What was planned by a server before this one, and came less far than it was to, has as many rows as there may be.
    const last = this.#planned ?? (this.#ports.gap()?.from ?? clock.now()) - SLACK + horizon
    const limited = jobs.filter(
      ({ id, schedules }) => (behind.get(id) ?? until) < last || schedules.some(({ limit }) => limit !== null),
    )
    this.#planned = until
    for (const [jobId, first] of behind) if (first < clock.now() + EVERY) this.#more.whenDue(jobId, first)
    if (jobs.length > 0) this.#plans.add(jobs, new Set(limited.map(({ id }) => id)))
  }

  /** An instant of a schedule has its verdict. */
  decided(jobId: string, scheduleKey: string): void {
    this.#more.decided(jobId, scheduleKey)
  }

  /** What waits of the job is read anew: it may have any number of coming rows. */
  #planMore(jobId: string): void {
    const job = this.#ports.definitions.get(jobId)
    if (job !== undefined && !this.#stopped) this.#plans.join(job)
  }

  /** Whether the coming instants of a job were read for a change that is not in force yet. */
  isChanging(jobId: string): boolean {
    return this.#changing.has(jobId)
  }

  stop(): void {
    this.#stopped = true
    this.#plans.stop()
    this.#cancel?.()
  }

  async #apply(jobs: readonly Job[], before: ReadonlyMap<string, FormerJob>): Promise<JobChanges> {
    const { committer } = this.#ports
    const post = (task: () => void): void => this.#ports.post(task)
    const changes = difference(before, jobs)
    const leaving = [...changes.changed, ...changes.removed]
    for (const jobId of leaving) this.#changing.add(jobId)
    const settled = (): void => {
      for (const jobId of leaving) this.#changing.delete(jobId)
      post(() => this.#ports.relabels.go())
      post(() => this.#ports.gone.go())
    }
    const [pending, held] = await this.#coming(leaving).catch((error: unknown) => {
      settled()
      throw error
    })
    return new Promise((resolve) => {
      post(() => {
        const altered = new Set([...changes.added, ...changes.changed])
        const touched = jobs.filter(({ id }) => altered.has(id))
        settled()
        this.#ports.gone.note(leaving, before, jobs)
        this.#put(jobs, changes)
        this.#ports.relabels.note(touched, before)
        const left = this.#revise(touched, changes, before, pending, held)
        const plan = (): void => this.#plans.add(touched, new Set(left.map(({ jobId }) => jobId)))
        const withdrawn = left.length < pending.length
        if (!withdrawn) plan()
        committer.after(() =>
          post(() => {
            // What is made anew has the key of what is withdrawn: that must be gone first.
            if (withdrawn) plan()
            resolve(changes)
          }),
        )
      })
    })
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
  ): readonly PendingInstant[] {
    const now = this.#ports.clock.now()
    const added = new Set(changes.added)
    const kept = new Set<string>()
    const inForce = new Set<string>()
    for (const job of jobs) {
      const revised = new Set(revisedSchedules(before.get(job.id), job))
      const enabled = job.schedules.filter((schedule) => schedule.enabled).map(({ key }) => key)
      for (const key of this.#cursors.keysOf(job.id)) if (!enabled.includes(key)) this.#forgetCursor(job.id, key)
      for (const key of enabled) {
        const until = this.#cursors.get(job.id, key)
        if (added.has(job.id) || until === null) this.#setCursor(job.id, key, now)
        // What is past and has no row yet is still to get it.
        else if (revised.has(key)) this.#setCursor(job.id, key, Math.min(until, now))
        inForce.add(`${job.id}\n${key}`)
        if (!revised.has(key)) kept.add(`${job.id}\n${key}`)
      }
    }
    for (const jobId of changes.removed) for (const key of this.#cursors.keysOf(jobId)) this.#forgetCursor(jobId, key)
    return pending.filter((instant) => {
      const schedule = `${instant.jobId}\n${instant.scheduleKey}`
      if (instant.due < now || kept.has(schedule)) return true
      if (inForce.has(schedule) && instant.runId !== null) {
        const run = this.#ports.live.get(instant.runId)
        if (run === undefined ? held.has(instant.runId) : isHeld(run)) return true
      }
      this.#withdrawals.withdraw(instant)
      return false
    })
  }

  #setCursor(jobId: string, scheduleKey: string, plannedUntil: Instant): void {
    this.#cursors.begin({ jobId, scheduleKey, plannedUntil })
    this.#ports.committer.extra({ cursors: [{ jobId, scheduleKey, plannedUntil }] })
  }

  #forgetCursor(jobId: string, scheduleKey: string): void {
    this.#cursors.forget({ jobId, scheduleKey })
    this.#ports.committer.extra({ removedCursors: [{ jobId, scheduleKey }] })
  }

  /** The coming instants of jobs, and which of their runs are held. */
  async #coming(jobIds: readonly string[]): Promise<readonly [readonly PendingInstant[], ReadonlySet<RunId>]> {
    const pending = await this.#pendingOf(jobIds)
    return [pending, await heldRuns(pending, this.#ports.store.read)]
  }

  /** Instants of jobs whose definition changes, as stored once everything decided before is durable. */
  async #pendingOf(jobIds: readonly string[]): Promise<readonly PendingInstant[]> {
    if (jobIds.length === 0) return []
    await this.#durable()
    const pending: PendingInstant[] = []
    for (const jobId of jobIds) {
      for (const instant of await this.#ports.store.read.pendingInstants(jobId)) pending.push(instant)
    }
    return pending
  }

  /** Resolves when everything decided so far is durable. */
  #durable(): Promise<void> {
    return new Promise((resolve) => this.#ports.post(() => this.#ports.committer.after(resolve)))
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

  #carryOut(slice: PlanSlice<PendingInstant>, holds: (jobId: string) => boolean): void {
    const { definitions, committer, log } = this.#ports
    for (const { jobId, scheduleKey, due, args, stopAt } of slice.create) {
      if (!holds(jobId)) continue
      const labels = definitions.get(jobId)?.labels ?? []
      const seed = {
        jobId,
        args,
        labels,
        origin: { type: 'schedule', scheduleKey } as const,
        schedule: due,
        stop: stopAt,
      }
      const row = { jobId, scheduleKey, due, args, runId: null, verdict: null, reason: null, decidedAt: null }
      this.#ports.create(seed, row)
    }
    for (const instant of slice.withdraw) if (holds(instant.jobId)) this.#withdrawals.withdraw(instant)
    const cursors = slice.cursors.filter(({ jobId }) => holds(jobId))
    const removedCursors = slice.droppedCursors.filter(({ jobId }) => holds(jobId))
    const soon = this.#ports.clock.now() + EVERY
    for (const cursor of cursors) {
      this.#cursors.set(cursor)
      if (cursor.plannedUntil < soon) this.#more.whenDue(cursor.jobId, this.#cursors.first(cursor.jobId) ?? soon)
    }
    for (const ref of removedCursors) this.#cursors.forget(ref)
    if (cursors.length > 0 || removedCursors.length > 0) committer.extra({ cursors, removedCursors })
    for (const { jobId, scheduleKey, message } of slice.broken) {
      log.error('a schedule is broken and set aside', { job: jobId, schedule: scheduleKey, message })
    }
  }

  /** What was not made anew, because what it replaces was there still, is planned again. */
  #remake(jobId: string, scheduleKey: string, due: Instant): void {
    const until = this.#cursors.get(jobId, scheduleKey)
    if (until === null) return
    if (due < until) {
      const moved = { jobId, scheduleKey, plannedUntil: due }
      this.#cursors.set(moved)
      this.#ports.committer.extra({ cursors: [moved] })
    }
    this.#planMore(jobId)
  }
}

function rowOf(job: Job): JobRow {
  return { jobId: job.id, hash: job.hash, json: job.json, adHoc: job.adHoc }
}
