import { occurrencesOf } from '@apsis/core/plan'
import type { Duration, Instant } from '@apsis/core/time'
import type { Reader } from '@apsis/store/port'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import type { Definitions } from './definitions.ts'
import { ledgerPages, lookUp } from './ledger-lookup.ts'
import { instantKey, SANITY_COUNTED, type SanityInstant } from './sanity-report.ts'
import type { InTurns } from './turns.ts'

/** Rows that are compared at a time, so many are held; a due time is compared whole, however many it has. */
const WINDOW = 100_000
/** Windows of a look, past and ahead each: what is left is compared by the next. */
const WINDOWS = 5

export interface ComparisonPorts {
  readonly read: Pick<Reader, 'ledger'>
  readonly committer: Committer
  readonly definitions: Definitions
  readonly cursors: Cursors
  /** Instants may be without a row for so long after they were due, ms, where their schedule's cursor says so. */
  readonly accounted: Duration
  /** How far ahead is compared, and how far back by who asks for all of it, ms. */
  readonly span: Duration
  readonly inTurns: InTurns
  post(task: () => void): void
}

type Stood = readonly (readonly [jobId: string, cursors: ReturnType<Cursors['of']>])[]

/** Up to where instants were compared. */
interface Reached {
  past: Instant
  ahead: Instant
}

/**
 * Compares what schedules imply with the rows that there are. It goes on where it left off: each instant is compared when it is to come within the span,
 * and once more when it is past. What has no row is kept, and looked up again each time, until it has one or is no longer implied.
 */
export class ScheduleComparison {
  readonly #ports: ComparisonPorts
  readonly #missing = new Map<string, SanityInstant>()
  #reached: Reached = { past: 0, ahead: 0 }
  #began: Instant = 0
  #at: Instant = 0
  #from: Instant = 0
  #to: Instant = 0

  constructor(ports: ComparisonPorts) {
    this.#ports = ports
  }

  /** Nothing that was due before `now` is compared: it was planned by another. */
  begin(now: Instant): void {
    this.#began = now
    this.#reached = { past: now, ahead: now }
  }

  /** When was compared last, and what. */
  get last(): { readonly at: Instant; readonly from: Instant; readonly to: Instant } {
    return { at: this.#at, from: this.#from, to: this.#to }
  }

  /** Instants without a row, by due time. At most `SANITY_COUNTED`. */
  get missing(): readonly SanityInstant[] {
    return [...this.#missing.values()].sort((a, b) => a.due - b.due)
  }

  /** `anew`: the whole span back and ahead, whatever was compared before, as far as a look goes. */
  async look(now: Instant, anew: boolean): Promise<void> {
    const { accounted, span } = this.#ports
    const stood = await this.#stood()
    await this.#lookAgain()
    const back = Math.max(now - span, this.#began)
    // A clock that was set back makes the past come again.
    const last = { past: Math.min(this.#reached.past, now), ahead: Math.min(this.#reached.ahead, now + span) }
    const reached: Reached = anew ? { past: back, ahead: now } : { past: last.past, ahead: Math.max(last.ahead, now) }
    const from = reached.past
    const pastEnd = now - accounted
    reached.past = await this.#compare(stood, reached.past, pastEnd, now)
    reached.ahead = await this.#compare(stood, reached.ahead, now + span, now)
    this.#reached = { past: Math.max(reached.past, last.past), ahead: Math.max(reached.ahead, last.ahead) }
    this.#at = now
    this.#from = anew ? from : Math.min(from, back)
    this.#to = this.#reached.past < pastEnd ? this.#reached.past : this.#reached.ahead
  }

  /** The cursors as they are durable: a row is durable before its schedule's cursor stands beyond it. */
  #stood(): Promise<Stood> {
    const { committer, cursors, definitions } = this.#ports
    return new Promise((resolve) =>
      this.#ports.post(() => {
        const found = [...definitions.all()].map(({ id }) => [id, cursors.of(id)] as const)
        committer.after(() => resolve(found))
      }),
    )
  }

  /** Gives up to where it came. */
  async #compare(stood: Stood, begin: Instant, end: Instant, now: Instant): Promise<Instant> {
    let from = begin
    for (let windows = 0; from < end && windows < WINDOWS; windows++) {
      const { keys, to } = await this.#rows(from, end)
      await this.#ports.inTurns(this.#implied(stood, from, to, now), (instant) => {
        const key = instantKey(instant)
        if (!keys.has(key) && this.#missing.size < SANITY_COUNTED) this.#missing.set(key, instant)
      })
      from = to
    }
    return from
  }

  /** The keys of all rows from `from` to a time that is `end` or, where there are many, before. */
  async #rows(from: Instant, end: Instant): Promise<{ readonly keys: ReadonlySet<string>; readonly to: Instant }> {
    const keys = new Set<string>()
    for await (const { rows, more } of ledgerPages(this.#ports.read, { from, to: end })) {
      for (const row of rows) keys.add(instantKey(row))
      const last = rows.at(-1)
      if (more && last !== undefined && keys.size >= WINDOW && last.due > from) return { keys, to: last.due }
    }
    return { keys, to: end }
  }

  /** What had no row may have one by now, or need none. Those that were looked at go to the end of the line. */
  async #lookAgain(): Promise<void> {
    const { read, definitions, cursors } = this.#ports
    const { looked, rows } = await lookUp(read, this.#missing.values())
    for (const one of looked) {
      const key = instantKey(one)
      this.#missing.delete(key)
      if (rows.has(key)) continue
      const job = definitions.get(one.jobId)
      const schedule = job?.schedules.find(({ key: known }) => known === one.scheduleKey)
      const since = cursors.since(one.jobId, one.scheduleKey)
      if (job === undefined || schedule?.enabled !== true || since === null || one.due < since) continue
      try {
        if (occurrencesOf(job, schedule, one.due, one.due + 1).next().done === true) continue
      } catch {
        continue
      }
      this.#missing.set(key, one)
    }
  }

  /** What is to have a row. Null: nothing, but time was spent. */
  *#implied(stood: Stood, from: Instant, to: Instant, now: Instant): Generator<SanityInstant | null> {
    const { cursors, definitions, accounted } = this.#ports
    for (const [jobId, cursorsOfJob] of stood) {
      // To ask for an ad hoc job that has no schedule would keep it from leaving.
      if (cursorsOfJob.length === 0) continue
      const job = definitions.get(jobId)
      for (const { scheduleKey, plannedUntil } of cursorsOfJob) {
        yield null
        const schedule = job?.schedules.find(({ key }) => key === scheduleKey)
        const since = cursors.since(jobId, scheduleKey)
        const until = Math.min(to, Math.max(plannedUntil, now - accounted))
        if (job === undefined || schedule?.enabled !== true || since === null || until <= from) continue
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
