import type { Gap } from '@apsis/core/catchup'
import type { Job } from '@apsis/core/job'
import type { PlanSlice } from '@apsis/core/plan'
import type { RunSeed } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type { InstantRow, JobRow, Store } from '@apsis/store/port'
import { AdHocLeave } from './ad-hoc.ts'
import { afterOnEither } from './either-clock.ts'
import type { JobChanges } from './commands.ts'
import type { Committer } from './committer.ts'
import type { Definitions } from './definitions.ts'
import type { FailingReads } from './failing-reads.ts'
import type { GoneInstants } from './gone-instants.ts'
import { difference, type FormerJob, formerOf } from './job-changes.ts'
import { JobSetChange, rowOf } from './job-set-change.ts'
import type { LiveRuns } from './live-runs.ts'
import type { CatchUp } from './catch-up.ts'
import type { Cursors } from './cursors.ts'
import { decidedFrom } from './decided-ahead.ts'
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
  readonly relabels: Pick<Relabels, 'note' | 'noteGone' | 'go'>
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

  readonly #change: JobSetChange
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
      isChanging: (jobId) => this.#change.isChanging(jobId),
      durable: () => this.#durable(),
      pendingOf: (jobId) => store.read.pendingInstants(jobId),
      decidedOf: (jobId, from) => decidedFrom(store.read, jobId, from),
      carryOut: (slice, holds) => this.#carryOut(slice, holds),
      post: (task) => ports.post(task),
    })
    this.#change = new JobSetChange({
      ...ports,
      read: store.read,
      withdrawals: this.#withdrawals,
      plans: this.#plans,
      durable: () => this.#durable(),
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
    return this.#change.apply(jobs, before)
  }

  /** Puts another set of jobs in force. Ad hoc jobs stay as they are. */
  apply(jobs: readonly Job[]): Promise<JobChanges> {
    const applied = this.#last.then(async () => {
      const changes = await this.#change.apply(jobs, this.#former())
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

  /** Adds one job beside those of the folder, and plans it. */
  add(job: Job): void {
    this.put(job)()
  }

  /**
   * Adds one job beside those of the folder; the result plans it, and is to be called when that is durable. From when on it is planned is durable with
   * it, so that it gets all of its instants whatever happens before they have rows.
   */
  put(job: Job): () => void {
    const since = this.#ports.clock.now()
    const cursors = job.schedules
      .filter(({ enabled }) => enabled)
      .map(({ key }) => ({ jobId: job.id, scheduleKey: key, plannedUntil: since }))
    this.#ports.definitions.put(job)
    const jobVersions = [{ jobId: job.id, since, hash: job.hash }]
    this.#ports.committer.extra({ jobs: [rowOf(job)], jobVersions, cursors })
    return () => {
      if (this.#ports.definitions.get(job.id) !== job) return
      // No sooner: with a cursor it would be planned along with the others, and have runs although the store may refuse it yet.
      for (const cursor of cursors) this.#cursors.begin(cursor)
      this.#plans.add([job], new Set())
    }
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
    return this.#change.isChanging(jobId)
  }

  stop(): void {
    this.#stopped = true
    this.#plans.stop()
    this.#cancel?.()
  }

  /** Resolves when everything decided so far is durable. */
  #durable(): Promise<void> {
    return new Promise((resolve) => this.#ports.post(() => this.#ports.committer.after(resolve)))
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
