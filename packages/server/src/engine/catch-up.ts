import { type CatchupDefaults, catchupRule, decidedBefore, runsAll, StartSpacing } from '@apsis/core/catchup'
import type { Run, RunId } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { FailingReads } from './failing-reads.ts'
import { OverdueJob, type OverduePorts } from './overdue-job.ts'
import type { Timers } from './timers.ts'

/** Jobs that are decided at a time: their commits are shared. */
const AT_ONCE = 64
const WHAT = 'what is overdue: none of it is made up for meanwhile'
/** How long it is remembered of a run that it may begin after it could have, ms. */
const KEPT = 600_000

export interface CatchUpPorts extends Omit<OverduePorts, 'spacing' | 'isApproved' | 'approve' | 'defaults'> {
  readonly defaults: CatchupDefaults
  readonly timers: Timers
  readonly failing: FailingReads
  /** The time of a run has come. */
  due(id: RunId): void
}

/**
 * Stands before every run of a schedule that would begin late: what is overdue (nothing was decided for a while, for whatever reason) begins
 * only when the policy of its schedule was asked about all that is overdue of it.
 */
export class CatchUp {
  readonly #ports: CatchUpPorts
  readonly #job: OverduePorts
  /** Runs that may begin, and when, on the clock that is never set: so a rate is what it says however the wall clock is set. */
  readonly #approved = new Map<RunId, number>()
  /** Runs whose time has come, by the job that is to be decided first. */
  readonly #stopped = new Map<string, Set<RunId>>()
  /** Spaced starts, by job and schedule. */
  readonly #spacings = new Map<string, { readonly rate: number; readonly spacing: StartSpacing }>()
  readonly #waiting = new Map<string, { beyond: boolean; readonly decided: (() => void)[] }>()
  /** Those of the jobs that are being decided. */
  readonly #underWay = new Map<string, ReadonlySet<RunId>>()

  constructor(ports: CatchUpPorts) {
    this.#ports = ports
    this.#job = {
      ...ports,
      spacing: (jobId, scheduleKey, rate) => this.#spacing(jobId, scheduleKey, rate),
      isApproved: (id) => this.#approved.has(id),
      approve: (id, at) => this.#approved.set(id, at),
    }
  }

  /** Whether the run, whose time has come, may begin. If not, its time comes again, or its instant is missed. */
  mayBegin(run: Run): boolean {
    const { clock, defaults, definitions } = this.#ports
    if (run.state !== 'scheduled' || run.origin.type !== 'schedule' || run.held !== null) return true
    const now = clock.now()
    const { scheduleKey } = run.origin
    if ((run.times.schedule ?? now) >= decidedBefore(defaults.since, now)) return true
    const at = this.#approved.get(run.id)
    if (at === undefined) {
      const schedule = definitions.get(run.jobId)?.schedules.find(({ key }) => key === scheduleKey)
      if (runsAll(catchupRule(schedule ?? null, defaults))) return true
      const others = this.#stopped.get(run.jobId)
      if (others === undefined) this.#stopped.set(run.jobId, new Set([run.id]))
      else others.add(run.id)
      this.#add(run.jobId, false)
      return false
    }
    const left = at - clock.monotonic()
    if (left > 0) this.#arm(run.id, left)
    else this.#approved.delete(run.id)
    return left <= 0
  }

  /** Whether the run waits to be decided, or for its turn among those that are made up for. */
  explains(id: RunId, jobId: string): boolean {
    return (
      this.#approved.has(id) ||
      this.#stopped.get(jobId)?.has(id) === true ||
      this.#underWay.get(jobId)?.has(id) === true
    )
  }

  /** Whether the job has instants beyond its rows that are to be decided before it is planned. */
  isBehind(jobId: string): boolean {
    const { clock, cursors, definitions, defaults } = this.#ports
    const before = decidedBefore(defaults.since, clock.now())
    return cursors.of(jobId).some(({ scheduleKey, plannedUntil }) => {
      if (plannedUntil >= before) return false
      const schedule = definitions.get(jobId)?.schedules.find(({ key }) => key === scheduleKey)
      return schedule?.enabled === true && !runsAll(catchupRule(schedule, defaults))
    })
  }

  /** Decides what is overdue of a job, beyond its rows too: to be called only while nothing plans it. Resolves in no turn. */
  decide(jobId: string): Promise<void> {
    return new Promise((resolve) => this.#add(jobId, true, resolve))
  }

  #add(jobId: string, beyond: boolean, then?: () => void): void {
    let entry = this.#waiting.get(jobId)
    if (entry === undefined) this.#waiting.set(jobId, (entry = { beyond, decided: [] }))
    entry.beyond ||= beyond
    if (then !== undefined) entry.decided.push(then)
    this.#next()
  }

  #next(): void {
    for (const [jobId, { beyond, decided }] of this.#waiting) {
      if (this.#underWay.size >= AT_ONCE) return
      if (this.#underWay.has(jobId)) continue
      this.#waiting.delete(jobId)
      // Those that are stopped from now on may not be among what is read.
      const stopped = this.#stopped.get(jobId) ?? new Set<RunId>()
      this.#stopped.delete(jobId)
      this.#underWay.set(jobId, stopped)
      void this.#decide(jobId, beyond, stopped).then(() => {
        this.#underWay.delete(jobId)
        for (const each of decided) each()
        this.#next()
      })
    }
  }

  async #decide(jobId: string, beyond: boolean, stopped: ReadonlySet<RunId>): Promise<void> {
    const { clock, failing } = this.#ports
    for (let decided = false; !decided; ) {
      try {
        decided = await new OverdueJob(jobId, this.#job).decide(beyond)
        failing.well(WHAT, jobId)
      } catch (error) {
        const wait = failing.failed(WHAT, jobId, `${jobId}: ${String(error)}`)
        await new Promise<void>((resolve) => clock.after(wait, resolve))
      }
    }
    await new Promise<void>((resolve) =>
      this.#ports.post(() => {
        this.#letGo(stopped)
        resolve()
      }),
    )
  }

  /** What was stopped is decided: what was not missed begins in its turn. An instant that had its verdict before, as of a run that was moved, begins now. */
  #letGo(stopped: ReadonlySet<RunId>): void {
    const { clock, live, timers } = this.#ports
    const now = clock.monotonic()
    for (const id of stopped) {
      const run = live.get(id)
      if (run?.state !== 'scheduled') continue
      const at = this.#approved.get(id) ?? now
      this.#approved.set(id, at)
      const due = run.times.schedule
      // A clock that was set back meanwhile makes it due later.
      if (due !== undefined && due > clock.now()) timers.set(`${id}/due`, due, () => this.#ports.due(id))
      else this.#arm(id, at - now)
    }
    for (const [id, at] of this.#approved) {
      if (at < now - KEPT && live.get(id)?.state !== 'scheduled') this.#approved.delete(id)
    }
    for (const [key, { spacing }] of this.#spacings) if (spacing.isFree(now)) this.#spacings.delete(key)
  }

  #arm(id: RunId, left: Duration): void {
    this.#ports.timers.after(`${id}/due`, left, () => this.#ports.due(id))
  }

  #spacing(jobId: string, scheduleKey: string, rate: number | null): Pick<StartSpacing, 'next'> {
    const spacing = rate === null ? new StartSpacing(null) : this.#shared(jobId, scheduleKey, rate)
    return { next: () => spacing.next(this.#ports.clock.monotonic()) }
  }

  /** Decisions of one schedule that follow each other space their starts together. */
  #shared(jobId: string, scheduleKey: string, rate: number): StartSpacing {
    const key = `${jobId}\n${scheduleKey}`
    const known = this.#spacings.get(key)
    if (known?.rate === rate) return known.spacing
    const spacing = new StartSpacing(rate)
    this.#spacings.set(key, { rate, spacing })
    return spacing
  }
}
