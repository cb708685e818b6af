import type { Job } from '@apsis/core/job'
import { type PlanSlice, planSchedules } from '@apsis/core/plan'
import type { Duration } from '@apsis/core/time'
import type { InstantRow } from '@apsis/store/port'
import type { CatchUp } from './catch-up.ts'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import type { Definitions } from './definitions.ts'
import type { FailingReads } from './failing-reads.ts'
import type { Clock } from './ports.ts'

const WHAT = 'the coming instants: their schedules get no more meanwhile'

/** An instant that has no verdict yet, with the version of its run. */
export type PendingInstant = InstantRow & { readonly runVersion: number }

/** A plan to be made. */
interface Plan {
  /** Whether their overdue instants are to be decided first. */
  readonly late: boolean
  readonly jobs: Map<string, Job>
  /** Those of which coming instants may have rows beyond the cursor, or count towards a limit: read when the plan begins. */
  readonly counted: ReadonlySet<string>
  /** Jobs that were left out in a turn: the rest of theirs is too, since a cursor would leave a gap. */
  readonly left: Set<string>
}

export interface PlansPorts {
  readonly clock: Clock
  readonly failing: FailingReads
  readonly committer: Pick<Committer, 'whenRoom'>
  readonly definitions: Pick<Definitions, 'get'>
  readonly cursors: Pick<Cursors, 'of'>
  readonly catchUp: Pick<CatchUp, 'isBehind' | 'decide'>
  readonly horizon: Duration
  /** Whether the coming instants of a job were read for a change that is not in force yet: it gets no more meanwhile. */
  isChanging(jobId: string): boolean
  /** Instants without a verdict, as stored once everything decided before is durable. */
  pendingOf(jobIds: readonly string[]): Promise<readonly PendingInstant[]>
  /** Carries out a piece, of the jobs that `holds` gives. */
  carryOut(slice: PlanSlice<PendingInstant>, holds: (jobId: string) => boolean): void
  post(task: () => void): void
}

/** The plans that are made one after the other. In the engine's turn only. */
export class Plans {
  readonly #ports: PlansPorts
  /** Plans to be made, the first of which is being made: two at once would both make what neither has made yet. */
  readonly #plans: Plan[] = []
  /** The plan that each job waits for, not begun: a job waits for one only, so there are no more plans than jobs. */
  readonly #waiting = new Map<string, Plan>()
  #stopped = false

  constructor(ports: PlansPorts) {
    this.#ports = ports
  }

  /** Whether a plan of the job has yet to begin. */
  isWaiting(jobId: string): boolean {
    return this.#waiting.has(jobId)
  }

  stop(): void {
    this.#stopped = true
  }

  /** Plans jobs piece by piece, a turn for each, so that nothing due meanwhile is late for it; one plan after the other. */
  add(wanted: readonly Job[], counted: ReadonlySet<string>): void {
    // Jobs of which many instants were missed must not keep the others from getting their coming ones.
    const late = new Set(wanted.filter(({ id }) => this.#ports.catchUp.isBehind(id)))
    const prompt = late.size === 0 ? wanted : wanted.filter((job) => !late.has(job))
    const idle = this.#plans.length === 0
    if (prompt.length > 0) this.#queue(prompt, counted, false)
    if (late.size > 0) this.#queue([...late], counted, true)
    if (idle) this.#planNext()
  }

  #queue(jobs: readonly Job[], counted: ReadonlySet<string>, late: boolean): void {
    const plan: Plan = { late, jobs: new Map(jobs.map((job) => [job.id, job])), counted, left: new Set() }
    this.#plans.push(plan)
    for (const id of plan.jobs.keys()) {
      const before = this.#waiting.get(id)
      before?.jobs.delete(id)
      if (before?.jobs.size === 0) this.#plans.splice(this.#plans.indexOf(before), 1)
      this.#waiting.set(id, plan)
    }
  }

  #planNext(): void {
    const [plan] = this.#plans
    if (plan === undefined) return
    const ids = [...plan.jobs.keys()]
    for (const id of ids) this.#waiting.delete(id)
    const counted = ids.filter((id) => plan.counted.has(id))
    if (!plan.late && counted.length === 0) {
      this.#carryOutAll(plan, [])
      return
    }
    Promise.all(plan.late ? ids.map((jobId) => this.#ports.catchUp.decide(jobId)) : [])
      .then(() => this.#ports.pendingOf(counted))
      .then(
        (pending) => {
          this.#ports.failing.well(WHAT)
          this.#ports.post(() => this.#carryOutAll(plan, pending))
        },
        (error: unknown) => {
          // Their cursors are behind, so the next round takes them up.
          this.#ports.failing.failed(WHAT, error)
          this.#ports.post(() => {
            this.#plans.shift()
            this.#planNext()
          })
        },
      )
  }

  #begin({ jobs }: Plan, pending: readonly PendingInstant[]): Iterator<PlanSlice<PendingInstant>> {
    const { clock, horizon, definitions } = this.#ports
    const wanted = [...jobs.values()].filter(({ id }) => definitions.get(id) !== undefined)
    const cursors = wanted.flatMap(({ id }) => this.#ports.cursors.of(id))
    return planSchedules({ jobs: wanted, cursors, pending, now: clock.now(), horizon })
  }

  /** Whether the definition that is planned is still the one in force. Another may come between two turns: what this one still wants is for that one's plan to say. */
  #holds({ jobs, left }: Plan, jobId: string): boolean {
    if (this.#ports.isChanging(jobId)) left.add(jobId)
    return !left.has(jobId) && this.#ports.definitions.get(jobId)?.hash === jobs.get(jobId)?.hash
  }

  #carryOutAll(plan: Plan, pending: readonly PendingInstant[]): void {
    let slices: Iterator<PlanSlice<PendingInstant>> | null = null
    const next = (): void => {
      if (this.#stopped) return
      let ended = true
      try {
        slices ??= this.#begin(plan, pending)
        const slice = slices.next()
        if (slice.done === true) return
        this.#ports.carryOut(slice.value, (jobId) => this.#holds(plan, jobId))
        ended = false
      } finally {
        // A plan that fails is a defect, and must not keep the next one from being made.
        if (ended) this.#plans.shift()
        const then = ended ? (): void => this.#planNext() : next
        this.#ports.committer.whenRoom(() => this.#ports.post(then))
      }
    }
    next()
  }
}
