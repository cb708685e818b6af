import {
  CatchupDecision,
  type CatchupDefaults,
  catchupRule,
  decidedBefore,
  type Gap,
  overdueOf,
  type OverdueInstant,
  type StartSpacing,
} from '@apsis/core/catchup'
import type { Job, JobSchedule } from '@apsis/core/job'
import type { Run, RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { InstantRow, Store } from '@apsis/store/port'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import type { Definitions } from './definitions.ts'
import type { LiveRuns } from './live-runs.ts'
import { justAfter, missedRow, PIECE } from './missed-rows.ts'
import type { Clock, Log } from './ports.ts'
import type { RunTable } from './run-table.ts'

/** Runs that are missed in one turn. */
const RUNS = 250

export interface OverduePorts {
  readonly store: Pick<Store, 'read'>
  readonly clock: Clock
  readonly log: Log
  readonly committer: Committer
  readonly definitions: Definitions
  readonly live: LiveRuns
  readonly table: RunTable
  readonly cursors: Cursors
  readonly defaults: CatchupDefaults
  gap(): Gap | null
  /** Start times of a schedule's runs, on the clock that is never set. */
  spacing(jobId: string, scheduleKey: string, rate: number | null): Pick<StartSpacing, 'next'>
  /** Whether the instant of this run was decided to run before. */
  isApproved(id: RunId): boolean
  /** `at`: when it may begin, as `spacing` says. */
  approve(id: RunId, at: number): void
  post(task: () => void): void
}

interface OverdueSchedule {
  readonly key: string
  readonly schedule: JobSchedule | null
  readonly rows: readonly InstantRow[]
  readonly cursor: Instant | null
}

/** Decides the overdue instants of one job, schedule by schedule: what is missed becomes durable first, then the rest is approved. */
export class OverdueJob {
  readonly #ports: OverduePorts
  readonly #jobId: string
  readonly #job: Job | undefined
  readonly #now: Instant
  readonly #before: Instant
  /** Keys of schedules that threw. */
  readonly #broken = new Set<string>()

  constructor(jobId: string, ports: OverduePorts) {
    this.#ports = ports
    this.#jobId = jobId
    this.#job = ports.definitions.get(jobId)
    this.#now = ports.clock.now()
    this.#before = decidedBefore(ports.defaults.since, this.#now)
  }

  /**
   * `beyond`: instants beyond the rows are decided too; only while nothing plans the job. False: another definition came in force meanwhile, so
   * that it is to be decided again. What was decided stays so. Rejects when the store cannot be read.
   */
  async decide(beyond: boolean): Promise<boolean> {
    const { store, defaults } = this.#ports
    await this.#durable()
    const pending = await store.read.pendingInstants(this.#jobId)
    const overdue = pending.filter(({ due }) => due < this.#before)
    const isApproved = ({ runId }: InstantRow): boolean => runId !== null && this.#ports.isApproved(runId)
    const approved = overdue.filter(isApproved)
    const rows = overdue.filter((row) => !isApproved(row))
    for (const one of this.#schedules(rows)) {
      const rule = catchupRule(one.schedule, defaults)
      const starts = this.#ports.spacing(this.#jobId, one.key, rule.rate)
      // Where starts are spaced, some that an earlier gap left may wait for theirs.
      const waiting = approved.filter(({ scheduleKey }) => scheduleKey === one.key).length
      const decision = new CatchupDecision(rule, this.#now, this.#ports.gap(), starts, waiting)
      const decided = await this.#decideSchedule(one, decision, beyond)
      if (!decided) return false
    }
    return true
  }

  #holds(): boolean {
    return this.#ports.definitions.get(this.#jobId)?.hash === this.#job?.hash
  }

  #schedules(rows: readonly InstantRow[]): readonly OverdueSchedule[] {
    const byKey = Map.groupBy(rows, ({ scheduleKey }) => scheduleKey)
    const cursors = new Map(this.#ports.cursors.of(this.#jobId).map((one) => [one.scheduleKey, one.plannedUntil]))
    const behind = [...cursors].flatMap(([key, until]) => (until < this.#before ? [key] : []))
    return [...new Set([...byKey.keys(), ...behind])].map((key) => ({
      key,
      schedule: this.#job?.schedules.find((schedule) => schedule.key === key) ?? null,
      rows: byKey.get(key) ?? [],
      cursor: cursors.get(key) ?? null,
    }))
  }

  async #decideSchedule(one: OverdueSchedule, decision: CatchupDecision, beyond: boolean): Promise<boolean> {
    const { key, schedule, rows, cursor } = one
    const dues = rows.map(({ due }) => due)
    const overdue = (): AsyncGenerator<readonly OverdueInstant[]> =>
      this.#pieces(
        key,
        overdueOf({ job: this.#job ?? { params: [] }, schedule, cursor, rows: dues, before: this.#before }),
      )
    if (decision.counts) for await (const piece of overdue()) for (const { due } of piece) decision.count(due)
    if (beyond && cursor !== null) {
      let ended = true
      for await (const piece of overdue()) {
        // What is missed comes before what runs.
        const first = piece.find(({ due }) => decision.missed(due) === null)
        const reached = first?.due ?? justAfter(piece.at(-1)?.due ?? cursor)
        if (!(await this.#missBeyond(one, piece, decision, reached))) return false
        if (first === undefined) continue
        ended = false
        break
      }
      if (ended && !this.#broken.has(key) && !(await this.#missBeyond(one, [], decision, this.#before))) return false
    }
    const missed = rows.flatMap((row) => {
      const reason = decision.missed(row.due)
      return reason === null ? [] : [{ row, reason }]
    })
    for (let start = 0; start < missed.length; start += RUNS) await this.#missRuns(missed.slice(start, start + RUNS))
    await this.#inTurn(() => {
      for (const { due, runId } of rows) {
        if (runId === null || decision.missed(due) !== null) continue
        const verdict = decision.verdict(due)
        if (verdict.verdict === 'run') this.#ports.approve(runId, verdict.at)
      }
    })
    return this.#holds()
  }

  /** The instants of a schedule piece by piece, each made in a turn of its own. A schedule that throws has no more. */
  async *#pieces(key: string, instants: Generator<OverdueInstant>): AsyncGenerator<readonly OverdueInstant[]> {
    for (;;) {
      const piece: OverdueInstant[] = []
      const ended = await this.#inTurn(() => {
        try {
          while (piece.length < PIECE) {
            const next = instants.next()
            if (next.done === true) return true
            piece.push(next.value)
          }
          return false
        } catch (error) {
          this.#broken.add(key)
          this.#ports.log.error('a schedule is broken: what it missed cannot be said', {
            job: this.#jobId,
            schedule: key,
            message: String(error),
          })
          return true
        }
      })
      if (piece.length > 0) yield piece
      if (ended) return
    }
  }

  /** Makes rows for what is missed and has none, and moves the cursor there, in one commit; false when the job changed. */
  async #missBeyond(
    { key, cursor }: OverdueSchedule,
    piece: readonly OverdueInstant[],
    decision: CatchupDecision,
    reached: Instant,
  ): Promise<boolean> {
    const { committer, cursors } = this.#ports
    const going = await this.#inTurn(() => {
      if (!this.#holds()) return false
      const ref = { jobId: this.#jobId, scheduleKey: key }
      const instants = piece.flatMap((instant) => {
        const reason = instant.row ? null : decision.missed(instant.due)
        return instant.row || reason === null ? [] : [missedRow(ref, instant, reason, this.#now)]
      })
      const moved = { ...ref, plannedUntil: Math.max(cursor ?? reached, reached) }
      cursors.set(moved)
      committer.extra({ instants, cursors: [moved] })
      return true
    })
    // No more than one piece waits for the store.
    await this.#durable()
    return going
  }

  /** Ends the runs of missed instants, but for those that somebody holds, or that began or ended meanwhile. */
  async #missRuns(missed: readonly { readonly row: InstantRow; readonly reason: string }[]): Promise<void> {
    const { live, store, table } = this.#ports
    const ids = missed.flatMap(({ row: { runId } }) => (runId === null || live.get(runId) !== undefined ? [] : [runId]))
    const stored = new Map<RunId, Run>()
    if (ids.length > 0) {
      const page = await store.read.runs({ filter: { ids }, limit: ids.length })
      for (const run of page.runs) stored.set(run.id, run)
    }
    await this.#inTurn(() => {
      for (const { row, reason } of missed) {
        if (row.runId === null) continue
        const run = live.get(row.runId) ?? stored.get(row.runId)
        if (run?.state !== 'scheduled' || run.held !== null) continue
        table.hold(run)
        table.miss(run, reason)
      }
    })
    await this.#durable()
  }

  #inTurn<T>(task: () => T): Promise<T> {
    return new Promise((resolve, reject) =>
      this.#ports.post(() => {
        try {
          resolve(task())
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      }),
    )
  }

  /** Resolves when everything decided so far is durable. */
  #durable(): Promise<void> {
    return new Promise((resolve) => this.#ports.post(() => this.#ports.committer.after(resolve)))
  }
}
