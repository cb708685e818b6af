import type { Job } from '@apsis/core/job'
import { type PlanSlice, planSchedules } from '@apsis/core/plan'
import type { Duration, Instant } from '@apsis/core/time'
import type { InstantRow } from '@apsis/store/port'
import type { CatchUp } from './catch-up.ts'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import type { Definitions } from './definitions.ts'
import type { FailingReads } from './failing-reads.ts'
import type { Clock } from './ports.ts'

const WHAT = 'the coming instants: their schedules get no more meanwhile'
/** Rows that are counted for one plan, but for those of its last job: the other jobs are planned after it. */
const COUNTED = 50_000

/** An instant that has no verdict yet, with the version of its run. */
export type PendingInstant = InstantRow & { readonly runVersion: number }

/** What a plan reads of the jobs that are counted. */
interface Counted {
  readonly pending: PendingInstant[]
  /** What has its verdict beyond the cursor. */
  readonly decided: InstantRow[]
}

/** A plan to be made. */
interface Plan {
  /** Whether their overdue instants are to be decided first. */
  readonly late: boolean
  readonly jobs: Map<string, Job>
  /** Those of which coming instants may have rows beyond the cursor, or count towards a limit: read when the plan begins. */
  readonly counted: Set<string>
  /** Jobs that were left out in a turn: the rest of theirs is too, since a cursor would leave a gap. */
  readonly left: Set<string>
}

export interface PlansPorts {
  readonly clock: Clock
  readonly failing: FailingReads
  readonly committer: Pick<Committer, 'whenRoom'>
  readonly definitions: Pick<Definitions, 'get'>
  readonly cursors: Pick<Cursors, 'of' | 'first'>
  readonly catchUp: Pick<CatchUp, 'isBehind' | 'decide'>
  readonly horizon: Duration
  /** Whether the coming instants of a job were read for a change that is not in force yet: it gets no more meanwhile. */
  isChanging(jobId: string): boolean
  /** Resolves when everything decided before is durable. */
  durable(): Promise<void>
  /** Instants of a job without a verdict, as stored. */
  pendingOf(jobId: string): Promise<readonly PendingInstant[]>
  /** Instants of a job from a time on that have their verdict, as stored. */
  decidedOf(jobId: string, from: Instant): Promise<readonly InstantRow[]>
  /** Carries out a piece, of the jobs that `holds` gives. */
  carryOut(slice: PlanSlice<PendingInstant>, holds: (jobId: string) => boolean): void
  post(task: () => void): void
}

/** The plans that are made one after the other. In the engine's turn only. */
export class Plans {
  readonly #ports: PlansPorts
  /** Plans to be made. One is made at a time: two at once would both make what neither has made yet. */
  readonly #plans: Plan[] = []
  #busy = false
  /** The plan that each job waits for, not begun: a job waits for one only, so there are no more plans than jobs. */
  readonly #waiting = new Map<string, Plan>()
  /** Of those the ones that jobs may join, by whether they are late. */
  readonly #gathering = new Map<boolean, Plan>()
  /** Jobs that were left out of the plan that they waited for, and will wait for another in a while. */
  readonly #leftOut = new Map<string, Job>()
  #stopped = false

  constructor(ports: PlansPorts) {
    this.#ports = ports
  }

  /** Whether a plan of the job has yet to begin. */
  isWaiting(jobId: string): boolean {
    return this.#waiting.has(jobId) || this.#leftOut.has(jobId)
  }

  stop(): void {
    this.#stopped = true
  }

  /** Plans jobs piece by piece, a turn for each, so that nothing due meanwhile is late for it; one plan after the other. */
  add(wanted: readonly Job[], counted: ReadonlySet<string>): void {
    // Jobs of which many instants were missed must not keep the others from getting their coming ones.
    const late = new Set(wanted.filter(({ id }) => this.#ports.catchUp.isBehind(id)))
    const prompt = late.size === 0 ? wanted : wanted.filter((job) => !late.has(job))
    if (prompt.length > 0) this.#queue(prompt, counted, false)
    if (late.size > 0) this.#queue([...late], counted, true)
    this.#next()
  }

  /** Plans a job, counted, if it does not wait for a plan: together with the others of which that is wanted until the plan begins, however many. */
  join(job: Job): void {
    if (this.isWaiting(job.id)) return
    const late = this.#ports.catchUp.isBehind(job.id)
    const plan = this.#gathering.get(late)
    if (plan === undefined) {
      this.#gathering.set(late, this.#queue([job], new Set([job.id]), late))
      this.#next()
      return
    }
    plan.jobs.set(job.id, job)
    plan.counted.add(job.id)
    this.#waiting.set(job.id, plan)
  }

  #queue(jobs: readonly Job[], counted: ReadonlySet<string>, late: boolean): Plan {
    const ids = jobs.map(({ id }) => id)
    const plan: Plan = {
      late,
      jobs: new Map(jobs.map((job) => [job.id, job])),
      counted: new Set(ids.filter((id) => counted.has(id))),
      left: new Set(),
    }
    this.#plans.push(plan)
    for (const id of ids) {
      const before = this.#waiting.get(id)
      before?.jobs.delete(id)
      if (before?.jobs.size === 0) {
        this.#plans.splice(this.#plans.indexOf(before), 1)
        this.#begun(before)
      }
      this.#waiting.set(id, plan)
    }
    return plan
  }

  /** No job may join it any more. */
  #begun(plan: Plan): void {
    if (this.#gathering.get(plan.late) === plan) this.#gathering.delete(plan.late)
  }

  #next(): void {
    if (this.#busy || this.#stopped) return
    const plan = this.#plans.shift()
    if (plan === undefined) return
    this.#busy = true
    this.#begun(plan)
    for (const id of plan.jobs.keys()) this.#waiting.delete(id)
    if (!plan.late && plan.counted.size === 0) this.#carryOutAll(plan, { pending: [], decided: [] })
    else void this.#read(plan).then((read) => this.#ports.post(() => this.#carryOutAll(plan, read)))
  }

  /** What counts of the jobs of a plan. Those that could not be read are planned later; so are those that come after them. */
  async #read(plan: Plan): Promise<Counted> {
    const { catchUp, clock, cursors, failing } = this.#ports
    if (plan.late) await Promise.all([...plan.jobs.keys()].map((jobId) => catchUp.decide(jobId)))
    const { pending, decided }: Counted = { pending: [], decided: [] }
    const counted = [...plan.counted].filter((jobId) => plan.jobs.has(jobId))
    if (counted.length > 0) await this.#ports.durable()
    for (const [at, jobId] of counted.entries()) {
      if (pending.length + decided.length >= COUNTED) {
        this.#later(plan, counted.slice(at), 0)
        break
      }
      try {
        for (const instant of await this.#ports.pendingOf(jobId)) pending.push(instant)
        const from = cursors.first(jobId) ?? clock.now()
        for (const instant of await this.#ports.decidedOf(jobId, from)) decided.push(instant)
        failing.well(WHAT, jobId)
      } catch (error) {
        // Each is tried again by itself: one that can never be read keeps no other from its coming instants.
        const wait = failing.failed(WHAT, jobId, `${jobId}: ${String(error)}`)
        this.#later(plan, [jobId], wait)
        this.#later(plan, counted.slice(at + 1), wait)
        break
      }
    }
    return { pending, decided }
  }

  /** Leaves jobs out of a plan that has begun, and plans them again after so long, ms. */
  #later({ jobs, left }: Plan, jobIds: readonly string[], wait: Duration): void {
    const others: string[] = []
    for (const jobId of jobIds) {
      const job = jobs.get(jobId)
      if (job === undefined) continue
      if (!this.#leftOut.has(jobId)) others.push(jobId)
      this.#leftOut.set(jobId, job)
      jobs.delete(jobId)
      left.add(jobId)
    }
    if (others.length === 0) return
    const again = (): void => this.#ports.post(() => this.#again(others))
    if (wait > 0) this.#ports.clock.after(wait, again)
    else again()
  }

  #again(jobIds: readonly string[]): void {
    if (this.#stopped) return
    const { definitions, failing } = this.#ports
    const jobs: Job[] = []
    for (const jobId of jobIds) {
      const job = this.#leftOut.get(jobId)
      this.#leftOut.delete(jobId)
      const waiting = this.#waiting.get(jobId)
      // A plan that does not read it would not notice that it can be read again.
      if (waiting !== undefined) waiting.counted.add(jobId)
      else if (job !== undefined && definitions.get(jobId)?.hash === job.hash) jobs.push(job)
      // It is gone, or was planned anew as it changed.
      else failing.forget(WHAT, jobId)
    }
    if (jobs.length > 0) this.add(jobs, new Set(jobIds))
  }

  #begin({ jobs }: Plan, read: Counted): Iterator<PlanSlice<PendingInstant>> {
    const { clock, horizon, definitions } = this.#ports
    const wanted = [...jobs.values()].filter(({ id }) => definitions.get(id) !== undefined)
    const cursors = wanted.flatMap(({ id }) => this.#ports.cursors.of(id))
    return planSchedules({ jobs: wanted, cursors, ...read, now: clock.now(), horizon })
  }

  /** Whether the definition that is planned is still the one in force. Another may come between two turns: what this one still wants is for that one's plan to say. */
  #holds({ jobs, left }: Plan, jobId: string): boolean {
    if (this.#ports.isChanging(jobId)) left.add(jobId)
    return !left.has(jobId) && this.#ports.definitions.get(jobId)?.hash === jobs.get(jobId)?.hash
  }

  #carryOutAll(plan: Plan, read: Counted): void {
    let slices: Iterator<PlanSlice<PendingInstant>> | null = null
    const next = (): void => {
      if (this.#stopped) return
      let ended = true
      try {
        slices ??= this.#begin(plan, read)
        const slice = slices.next()
        if (slice.done === true) return
        this.#ports.carryOut(slice.value, (jobId) => this.#holds(plan, jobId))
        ended = false
      } finally {
        // A plan that fails is a defect, and must not keep the next one from being made.
        const then = ended ? (): void => this.#ended() : next
        this.#ports.committer.whenRoom(() => this.#ports.post(then))
      }
    }
    next()
  }

  #ended(): void {
    this.#busy = false
    this.#next()
  }
}
