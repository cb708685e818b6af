import { isFinished, type Run } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { InstantRow, Store } from '@apsis/store/port'
import type { CatchUp } from './catch-up.ts'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import type { Definitions } from './definitions.ts'
import { LateStarts } from './late-starts.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Clock, Log } from './ports.ts'
import { findings, named, type Orphan, SANITY_COUNTED, type SanityReport } from './sanity-report.ts'
import { ScheduleComparison } from './schedule-comparison.ts'
import { type InTurns, inTurnsOf } from './turns.ts'

/** An instant has its verdict this long after it was due, or something explains why not, ms. */
export const ACCOUNTED_WITHIN: Duration = 120_000
/** How far back, and how far ahead, is looked, ms. */
export const SANITY_SPAN: Duration = 3_600_000
/** How often is looked, ms. */
const EVERY: Duration = 60_000

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

/** What is said when there is something of a kind that there was nothing of before. */
const KINDS: readonly {
  readonly kind: string
  readonly level: 'error' | 'warn'
  readonly message: string
  readonly total: (report: SanityReport) => number
  readonly first: (report: SanityReport) => object | undefined
}[] = [
  {
    kind: 'unaccounted',
    level: 'error',
    message: 'instants were due and have no verdict: this is a defect, please report it',
    total: ({ unaccounted }) => unaccounted,
    first: ({ late, unscheduled }) => late.list.find(({ because }) => because === null) ?? unscheduled.list[0],
  },
  {
    kind: 'unscheduled',
    level: 'error',
    message: 'schedules imply instants that have no row: this is a defect, please report it',
    total: ({ unscheduled }) => unscheduled.total,
    first: ({ unscheduled }) => unscheduled.list[0],
  },
  {
    kind: 'orphaned',
    level: 'warn',
    message: 'runs have lost their job or agent, or instants their run',
    total: ({ orphaned }) => orphaned.total,
    first: ({ orphaned }) => orphaned.list[0],
  },
  {
    kind: 'late',
    level: 'warn',
    message: 'instants are due and not decided yet',
    total: ({ late }) => late.total,
    first: ({ late }) => late.list[0],
  },
  {
    kind: 'ran late',
    level: 'warn',
    message: 'runs began more than a minute after they were due',
    total: ({ ranLate }) => ranLate.total,
    first: ({ ranLate }) => ranLate.list[0],
  },
]

/**
 * Looks, all the time, whether what schedules promise, the ledger and the runs fit together. Changes nothing; its reads delay no others, and each reads
 * what is new since the last look, so that it stays within the time that a read has, however many instants an hour has.
 */
export class Sanity {
  readonly #ports: SanityPorts
  readonly #comparison: ScheduleComparison
  readonly #lateStarts: LateStarts
  readonly #inTurns: InTurns
  readonly #told = new Set<string>()
  #last: SanityReport | null = null
  #underWay: Promise<SanityReport> | null = null
  #cancel: (() => void) | null = null
  #stopped = false

  constructor(ports: SanityPorts) {
    this.#ports = ports
    const { committer, definitions, cursors } = ports
    const { read } = ports.store
    const post = (task: () => void): void => ports.post(task)
    this.#inTurns = inTurnsOf(post)
    const spans = { accounted: ACCOUNTED_WITHIN, span: SANITY_SPAN }
    const parts = { committer, definitions, cursors, post, read, inTurns: this.#inTurns }
    this.#comparison = new ScheduleComparison({ ...parts, ...spans })
    this.#lateStarts = new LateStarts(read, SANITY_SPAN)
  }

  /** The newest report; null before the first. Where the store cannot be read it is old: `at` says so. */
  get last(): SanityReport | null {
    return this.#last
  }

  /** Looks every minute from now on. */
  start(): void {
    this.#comparison.begin(this.#ports.clock.now())
    this.#later()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  /** Looks now, and compares schedules and ledger for all of the span. Rejects when the store cannot be read. */
  async check(): Promise<SanityReport> {
    // One that is under way compares what is new only.
    await this.#underWay?.catch(() => null)
    return await this.#look(true)
  }

  #look(anew: boolean): Promise<SanityReport> {
    this.#underWay ??= this.#check(anew).finally(() => {
      this.#underWay = null
    })
    return this.#underWay
  }

  #later(): void {
    if (this.#stopped) return
    const { clock, log } = this.#ports
    this.#cancel = clock.after(EVERY, () => {
      this.#look(false)
        .catch((error: unknown) => log.warn('cannot check the ledger', { error: String(error) }))
        .finally(() => this.#later())
    })
  }

  async #check(anew: boolean): Promise<SanityReport> {
    const { clock, store } = this.#ports
    const at = clock.now()
    // A store that takes nothing leaves nothing to compare with, and explains what is undecided.
    const failing = this.#ports.committer.failingSince !== null
    if (!failing) await this.#comparison.look(at, anew)
    const overdue = at - ACCOUNTED_WITHIN
    const undecided = await store.read.undecidedInstants(overdue, SANITY_COUNTED)
    await this.#lateStarts.look(at, overdue, undecided)
    const late = undecided.map((row) => ({ ...named(row), because: this.#because(row) }))
    const runless = undecided.flatMap(({ jobId, runId, runState }) =>
      runState === null ? [{ runId, jobId, because: 'the instant has no verdict, and no run' }] : [],
    )
    const orphans: Orphan[] = []
    await this.#inTurns(this.#orphans(), (orphan) => {
      if (orphans.length < SANITY_COUNTED) orphans.push(orphan)
    })
    const { missing, last } = this.#comparison
    const rowless = failing ? 0 : missing.filter(({ due }) => due < overdue).length
    const report: SanityReport = {
      at,
      compared: last.at,
      from: last.from,
      to: last.to,
      unaccounted: rowless + late.filter(({ because }) => because === null).length,
      unscheduled: findings(missing, SANITY_COUNTED),
      late: findings(late, SANITY_COUNTED),
      orphaned: findings([...orphans, ...runless], SANITY_COUNTED),
      ranLate: findings(this.#lateStarts.found, SANITY_COUNTED),
    }
    this.#last = report
    this.#tell(report)
    return report
  }

  /** Says what there is something of now and was nothing of before, and when it is over. */
  #tell(report: SanityReport): void {
    const { log } = this.#ports
    for (const { kind, level, message, total, first } of KINDS) {
      const count = total(report)
      if (count === 0) {
        if (this.#told.delete(kind)) log.info('the check of the ledger finds nothing of a kind any more', { kind })
      } else if (!this.#told.has(kind)) {
        this.#told.add(kind)
        log[level](message, { kind, count, first: first(report) })
      }
    }
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
}

function agentOf(run: Run): string | null {
  return 'handle' in run ? (run.handle?.agent ?? null) : null
}
