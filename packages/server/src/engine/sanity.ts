import { occurrencesOf } from '@apsis/core/plan'
import { isFinished, type Run, type RunId } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type { InstantRow, Store } from '@apsis/store/port'
import type { CatchUp } from './catch-up.ts'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import type { Definitions } from './definitions.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Clock, Log } from './ports.ts'

/** An instant has its verdict this long after it was due, or something explains why not, ms. */
export const ACCOUNTED_WITHIN: Duration = 120_000
/** A run that begins later than this after it was due ran late, ms. */
export const LATE: Duration = 60_000
/** How far back, and how far ahead, is looked, ms. */
export const SANITY_SPAN: Duration = 3_600_000
/** Findings of a kind that are listed. */
export const SANITY_LISTED = 100
/** How often is looked, ms. */
const EVERY: Duration = 60_000
/** Findings of a kind that are counted. */
const COUNTED = 10_000
/** Rows of the ledger that are compared with the schedules at a time: beyond, the span ends there. */
const COMPARED = 50_000
const PAGE = 10_000
/** Schedules' instants, or runs, that are looked at in a turn. */
const PIECE = 200
/** How often schedules and ledger are compared without being asked, which takes time of the engine's: ms. */
const COMPARE: Duration = 600_000

/** What was found of a kind: the first ones, and how many there are. */
export interface Findings<T> {
  readonly total: number
  /** Whether there may be more than were counted. */
  readonly more: boolean
  /** At most `SANITY_LISTED`. */
  readonly list: readonly T[]
}

export interface SanityInstant {
  readonly jobId: string
  readonly scheduleKey: string
  readonly due: Instant
  readonly runId: RunId | null
}

export interface Orphan {
  readonly runId: RunId | null
  readonly jobId: string
  readonly because: string
}

/** What does not fit together, or did not go as promised. */
export interface SanityReport {
  readonly at: Instant
  /** When schedules and ledger were compared last, */
  readonly compared: Instant
  /** from here */
  readonly from: Instant
  /** to here. */
  readonly to: Instant
  /** Instants that are due for longer than `ACCOUNTED_WITHIN`, have no verdict, and nothing explains why. Must be 0. */
  readonly unaccounted: number
  /** Instants that a schedule implies, and that have no row. */
  readonly unscheduled: Findings<SanityInstant>
  /** Instants without a verdict for longer than `ACCOUNTED_WITHIN`. `because`: what explains it, or null. */
  readonly late: Findings<SanityInstant & { readonly because: string | null }>
  /** Runs whose job, or whose agent, is not there; instants whose run is not. */
  readonly orphaned: Findings<Orphan>
  /** Instants of the last hour whose runs began more than `LATE` after they were due, ms. */
  readonly ranLate: Findings<SanityInstant & { readonly lateness: Duration }>
}

export interface SanityPorts {
  readonly store: Pick<Store, 'read'>
  readonly clock: Clock
  readonly log: Log
  readonly committer: Committer
  readonly definitions: Definitions
  readonly live: LiveRuns
  readonly cursors: Cursors
  readonly catchUp: Pick<CatchUp, 'explains'>
  /** Whether there is, or was, such an agent. */
  knowsAgent(connId: string): boolean
  post(task: () => void): void
}

/** Looks, all the time, whether what schedules promise, the ledger and the runs fit together. Changes nothing; its reads delay no others. */
export class Sanity {
  readonly #ports: SanityPorts
  #started: Instant = 0
  #last: SanityReport | null = null
  #compared: {
    readonly at: Instant
    readonly from: Instant
    readonly to: Instant
    readonly found: Findings<SanityInstant>
  } | null = null
  #underWay: Promise<SanityReport> | null = null
  #cancel: (() => void) | null = null
  #stopped = false

  constructor(ports: SanityPorts) {
    this.#ports = ports
  }

  /** The newest report; null before the first. */
  get last(): SanityReport | null {
    return this.#last
  }

  /** Looks every minute from now on. */
  start(): void {
    this.#started = this.#ports.clock.now()
    this.#later()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  /** Looks now. Rejects when the store cannot be read. */
  check(): Promise<SanityReport> {
    this.#compared = null
    return this.#look()
  }

  #look(): Promise<SanityReport> {
    this.#underWay ??= this.#check().finally(() => {
      this.#underWay = null
    })
    return this.#underWay
  }

  #later(): void {
    if (this.#stopped) return
    const { clock, log } = this.#ports
    this.#cancel = clock.wake(clock.now() + EVERY, () => {
      this.#look().then(
        (report) => {
          if (report.unaccounted > 0)
            log.error('instants have no verdict: this is a defect, please report it', {
              unaccounted: report.unaccounted,
            })
          this.#later()
        },
        (error: unknown) => {
          // What was counted before may be true no longer.
          this.#last = null
          log.warn('cannot check the ledger', { error: String(error) })
          this.#later()
        },
      )
    })
  }

  async #check(): Promise<SanityReport> {
    const { clock, store } = this.#ports
    const at = clock.now()
    if (this.#compared === null || at - this.#compared.at >= COMPARE || at < this.#compared.at) {
      const from = Math.max(at - SANITY_SPAN, this.#started)
      const { instants, to } = await this.#unscheduled(from, at)
      this.#compared = { at, from, to, found: findings(instants, COUNTED) }
    }
    const compared = this.#compared
    const undecided = await store.read.undecidedInstants(at - ACCOUNTED_WITHIN, COUNTED)
    const ran = { from: at - SANITY_SPAN, to: at, verdicts: ['started'], later: LATE, limit: PAGE } as const
    const ranLate = await store.read.ledger(ran)
    const late = undecided.map((row) => ({ ...named(row), because: this.#because(row) }))
    const runless = undecided.flatMap(({ jobId, runId, runState }) =>
      runState === null ? [{ runId, jobId, because: 'the instant has no verdict, and no run' }] : [],
    )
    const orphans: Orphan[] = []
    await this.#inTurns(this.#orphans(), (orphan) => {
      if (orphans.length < COUNTED) orphans.push(orphan)
    })
    const report: SanityReport = {
      at,
      compared: compared.at,
      from: compared.from,
      to: compared.to,
      unaccounted: late.filter(({ because }) => because === null).length,
      unscheduled: compared.found,
      late: findings(late, COUNTED),
      orphaned: findings([...orphans, ...runless], COUNTED),
      ranLate: findings(
        ranLate.map((row) => ({ ...named(row), lateness: (row.decidedAt ?? row.due) - row.due })),
        PAGE,
      ),
    }
    this.#last = report
    return report
  }

  #because({ runId, jobId }: InstantRow): string | null {
    if (runId === null) return null
    if (this.#ports.catchUp.explains(runId, jobId)) return 'made up for: waits for its turn'
    const run = this.#ports.live.get(runId)
    if (run?.state === 'scheduled' && run.held !== null) return 'held'
    const { failingSince } = this.#ports.committer
    return failingSince === null ? null : 'the store takes nothing'
  }

  /** Null: nothing, but time was spent. */
  *#orphans(): Generator<Orphan | null> {
    const { live, definitions } = this.#ports
    for (const run of live.all()) {
      yield null
      if (isFinished(run.state)) continue
      const { id: runId, jobId } = run
      if (definitions.get(jobId) === undefined) yield { runId, jobId, because: `${run.state}, and the job is gone` }
      const agent = agentOf(run)
      if (agent !== null && !this.#ports.knowsAgent(agent))
        yield { runId, jobId, because: `${run.state} at agent ${agent}, which is not known` }
    }
  }

  /** Instants that have no row though everything before their schedule's cursor should have one, or though they are past. */
  async #unscheduled(from: Instant, now: Instant): Promise<{ instants: readonly SanityInstant[]; to: Instant }> {
    const { committer, cursors, definitions, store } = this.#ports
    const jobs = await new Promise<readonly (readonly [string, ReturnType<Cursors['of']>])[]>((resolve) =>
      this.#ports.post(() => {
        const found = [...definitions.all()].map(({ id }) => [id, cursors.of(id)] as const)
        committer.after(() => resolve(found))
      }),
    )
    const rows = new Set<string>()
    let to = now + SANITY_SPAN
    for (let after: InstantRow | undefined; ; ) {
      const place = after === undefined ? {} : { after }
      const page = await store.read.ledger({ from, to: now + SANITY_SPAN, limit: PAGE, ...place })
      for (const row of page) rows.add(keyOf(row))
      after = page.at(-1)
      if (after === undefined || page.length < PAGE) break
      if (rows.size < COMPARED) continue
      to = after.due
      break
    }
    const missing: SanityInstant[] = []
    await this.#inTurns(this.#implied(jobs, from, to, now), (instant) => {
      if (!rows.has(keyOf(instant)) && missing.length < COUNTED) missing.push(instant)
    })
    return { instants: missing, to }
  }

  /** Takes what is found piece by piece, each in a turn of its own. Nulls only spend time. */
  async #inTurns<T>(found: Iterator<T | null>, take: (one: T) => void): Promise<void> {
    for (let ended = false; !ended; ) {
      ended = await new Promise<boolean>((resolve) =>
        this.#ports.post(() => {
          for (let looked = 0; looked < PIECE; looked++) {
            const next = found.next()
            if (next.done === true) return resolve(true)
            if (next.value !== null) take(next.value)
          }
          resolve(false)
        }),
      )
    }
  }

  /** What is to have a row. Null: nothing, but time was spent. */
  *#implied(
    jobs: readonly (readonly [jobId: string, cursors: ReturnType<Cursors['of']>])[],
    from: Instant,
    to: Instant,
    now: Instant,
  ): Generator<SanityInstant | null> {
    const { cursors, definitions } = this.#ports
    for (const [jobId, stood] of jobs) {
      const job = definitions.get(jobId)
      for (const { scheduleKey, plannedUntil } of stood) {
        yield null
        const schedule = job?.schedules.find(({ key }) => key === scheduleKey)
        const since = cursors.since(jobId, scheduleKey)
        // One with a limit may have more to come than may have rows.
        const past = schedule?.limit === null ? now - ACCOUNTED_WITHIN : Number.NEGATIVE_INFINITY
        const until = Math.min(to, Math.max(plannedUntil, past))
        if (job === undefined || schedule?.enabled !== true || since === null) continue
        try {
          for (const { due } of occurrencesOf(job, schedule, Math.max(from, since), until))
            yield { jobId, scheduleKey, due, runId: null }
        } catch {
          // A schedule that throws was told of when it was planned.
          yield null
        }
      }
    }
  }
}

function findings<T>(found: Iterable<T>, most: number): Findings<T> {
  const all = [...found]
  return { total: all.length, more: all.length >= most, list: all.slice(0, SANITY_LISTED) }
}

function named({ jobId, scheduleKey, due, runId }: InstantRow): SanityInstant {
  return { jobId, scheduleKey, due, runId }
}

function keyOf({ jobId, scheduleKey, due }: Pick<InstantRow, 'jobId' | 'scheduleKey' | 'due'>): string {
  return `${jobId}\n${scheduleKey}\n${due}`
}

function agentOf(run: Run): string | null {
  return 'handle' in run ? (run.handle?.agent ?? null) : null
}
