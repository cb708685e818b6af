import {
  advanced,
  type Backfill,
  type BackfillInstant,
  backfillInstants,
  backfillJson,
  cancelled,
  MAX_BACKFILL_INSTANTS,
  readBackfill,
  room,
  settled,
} from '@apsis/core/backfill'
import type { Job } from '@apsis/core/job'
import { givenReason, newRun, reasonFault, type Run, type RunId, withReason } from '@apsis/core/run'
import { formatInstant } from '@apsis/core/time'
import type { RecordRow } from '@apsis/store/port'
import { type BackfillCount, countBackfill } from './backfill-count.ts'
import { backfillRefusal } from './backfill-request.ts'
import type { BackfillPreview, BackfillRequest, CommandReply } from './commands.ts'
import type { Committer } from './committer.ts'
import type { Definitions } from './definitions.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Clock, Log, NewId } from './ports.ts'
import { refusedByStore, rejected } from './requests.ts'
import type { RunTable } from './run-table.ts'

/** Backfills that may be active at once. */
const MAX_ACTIVE = 100
/** Ended ones that are kept: the last. */
const MAX_ENDED = 1_000
/** Runs made in one turn, and for how long instants are looked for in it, ms. */
const PIECE = 100
const SLICE = 4

type Reply<T> = (answer: CommandReply<T>) => void

export interface BackfillPorts {
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
  readonly committer: Committer
  readonly definitions: Pick<Definitions, 'get'>
  readonly live: LiveRuns
  readonly table: RunTable
  takeId(): RunId
  readonly post: (task: () => void) => void
}

/** What is at work for an active backfill; made anew from the record after a restart. */
interface Work {
  readonly unfinished: Set<RunId>
  /** The definition that `windows` is of. */
  job: Job | null
  windows: Iterator<readonly BackfillInstant[]>
  window: readonly BackfillInstant[]
  /** Index in `window` of the next. */
  next: number
  /** Whether a turn of it is to come. */
  posted: boolean
}

/**
 * Runs for instants of the past. A run is made in the same commit as the record's position is moved beyond its instant, so that after any
 * crash each instant has its run once. In the engine's turn only.
 */
export class Backfills {
  readonly #ports: BackfillPorts
  readonly #backfills = new Map<string, Backfill>()
  readonly #work = new Map<string, Work>()

  constructor(ports: BackfillPorts) {
    this.#ports = ports
  }

  /** Takes up what is stored. `live`: every run that was unfinished. */
  load(rows: readonly RecordRow[], live: readonly Run[]): void {
    for (const { id, json } of rows) {
      const read = readBackfill(json)
      if (!read.ok)
        this.#ports.log.error('a backfill can no longer be read and is set aside', {
          backfill: id,
          problem: read.message,
        })
      else this.#backfills.set(id, read.value)
    }
    for (const { id, state } of this.#backfills.values()) if (state === 'active') this.#work.set(id, idle())
    for (const run of live)
      if (run.origin.type === 'backfill') this.#work.get(run.origin.backfill)?.unfinished.add(run.id)
  }

  /** Goes on with those that are active. */
  start(): void {
    for (const id of this.#work.keys()) this.#later(id)
  }

  /** Newest first. */
  all(): readonly Backfill[] {
    return [...this.#backfills.values()].sort((left, right) => right.createdAt - left.createdAt)
  }

  preview(request: BackfillRequest, limit: number, reply: Reply<BackfillPreview>): void {
    this.#count(request, limit, (count) => {
      if (!count.ok) reply(count)
      else {
        const instants = count.value.first.map(({ due, scheduleKey, instant }) => ({
          due,
          scheduleKey,
          args: instant.args,
        }))
        reply({ ok: true, value: { instants, total: count.value.total } })
      }
    })
  }

  add(request: BackfillRequest, reply: Reply<Backfill>): void {
    this.#count(request, 0, (count) => {
      const { clock, newId, committer } = this.#ports
      if (!count.ok) {
        reply(count)
        return
      }
      if (this.#work.size >= MAX_ACTIVE) {
        reply(rejected('TOO_MANY', `${MAX_ACTIVE} backfills are active`))
        return
      }
      const { jobId, scheduleKey, from, to, order, concurrency, reason } = request
      const range = { jobId, scheduleKey, from, to, order, concurrency }
      const start = { state: 'active', position: null, made: 0, total: count.value.total, message: null } as const
      const id = newId()
      const backfill: Backfill = { id, ...range, ...start, createdAt: clock.now(), reason: givenReason(reason) }
      this.#work.set(id, idle())
      this.#record(backfill)
      committer.fact({ type: 'backfill', change: 'added', backfillId: id }, backfill.createdAt)
      committer.after(
        () => {
          reply({ ok: true, value: backfill })
          this.#later(id)
        },
        () => {
          this.#backfills.delete(id)
          this.#work.delete(id)
          reply(refusedByStore())
        },
      )
    })
  }

  cancel(id: string, reason: string | null, reply: Reply<Backfill>): void {
    const backfill = this.#backfills.get(id)
    if (backfill === undefined) {
      reply(rejected('BACKFILL_UNKNOWN', `no backfill ${id}`))
      return
    }
    const fault = reasonFault(reason)
    if (fault !== null) {
      reply(rejected('REQUEST', fault))
      return
    }
    const after = cancelled(backfill, withReason('cancelled by a user', reason))
    if (after !== backfill) this.#record(after)
    this.#ports.committer.after(
      () => reply({ ok: true, value: after }),
      () => {
        // It makes no more until the next start, which takes it up as it is stored.
        this.#backfills.set(id, backfill)
        reply(refusedByStore())
      },
    )
  }

  /** A run has ended: the next may be made. */
  ended(run: Run): void {
    if (run.origin.type !== 'backfill') return
    const { backfill } = run.origin
    if (this.#work.get(backfill)?.unfinished.delete(run.id) === true) this.#later(backfill)
  }

  /** Counts in turns of its own, then goes on in the last of them. */
  #count(request: BackfillRequest, limit: number, then: (count: CommandReply<BackfillCount>) => void): void {
    const { clock, definitions, post } = this.#ports
    const job = definitions.get(request.jobId)
    const refusal = backfillRefusal(request, job, clock.now())
    if (refusal !== null) then(refusal)
    else if (job !== undefined) countBackfill({ job, request, limit, clock, post }, then)
  }

  /** Makes more in a turn to come. */
  #later(id: string): void {
    const work = this.#work.get(id)
    if (work === undefined || work.posted) return
    work.posted = true
    // Not before what was made is durable: so no more can be ahead of the store than one piece.
    const { committer, post } = this.#ports
    committer.after(() =>
      post(() => {
        work.posted = false
        this.#more(id, work)
      }),
    )
  }

  #more(id: string, work: Work): void {
    const { clock, definitions } = this.#ports
    const before = this.#backfills.get(id)
    if (before?.state !== 'active') return
    const job = definitions.get(before.jobId)
    if (job === undefined) {
      this.#record(cancelled(before, `no job ${before.jobId}`))
      return
    }
    // What is left of the range is that of the definition in force.
    if (job !== work.job) {
      work.job = job
      work.windows = backfillInstants(job, before, before.position)
      work.window = []
      work.next = 0
    }
    let backfill = before
    let exhausted = false
    const until = clock.monotonic() + SLICE
    try {
      for (let made = 0; made < PIECE && room(backfill, work.unfinished.size) > 0 && clock.monotonic() <= until; ) {
        const instant = next(work)
        if (instant === 'later') continue
        if (instant === null) {
          exhausted = true
          backfill = settled(backfill, work.unfinished.size)
          break
        }
        if (backfill.made >= MAX_BACKFILL_INSTANTS) {
          backfill = cancelled(backfill, `more than ${MAX_BACKFILL_INSTANTS} instants: the job was changed meanwhile`)
          break
        }
        this.#make(job, backfill, instant, work)
        backfill = advanced(backfill, instant)
        made++
      }
    } catch (error) {
      // A schedule that throws is a bug of its kind, or a user's own module.
      backfill = cancelled(backfill, `schedule failed: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (backfill !== before) this.#record(backfill)
    if (!exhausted && room(backfill, work.unfinished.size) > 0) this.#later(id)
  }

  #make(job: Job, backfill: Backfill, { due, scheduleKey, instant }: BackfillInstant, work: Work): void {
    const { clock, table, live } = this.#ports
    const now = clock.now()
    const id = this.#ports.takeId()
    // As far from the start as it would have been.
    const stop = instant.stopAt === null ? null : now + (instant.stopAt - due)
    const origin = { type: 'backfill', backfill: backfill.id, scheduleKey } as const
    const seed = { id, jobId: job.id, args: instant.args, labels: job.labels, origin, schedule: due, stop }
    work.unfinished.add(id)
    table.create(newRun(seed, now), withReason(`scheduled by backfill: ${formatInstant(due)}`, backfill.reason), null)
    const run = live.get(id)
    if (run?.state === 'scheduled') table.begin(run, 'due')
  }

  /** Notes how far it has come; durable with what was decided in this turn. */
  #record(backfill: Backfill): void {
    const { committer, clock } = this.#ports
    this.#backfills.set(backfill.id, backfill)
    committer.extra({ records: [{ kind: 'backfill', id: backfill.id, json: backfillJson(backfill) }] })
    if (backfill.state === 'active') return
    committer.fact({ type: 'backfill', change: 'ended', backfillId: backfill.id }, clock.now())
    this.#work.delete(backfill.id)
    const ended = this.all().filter(({ state }) => state !== 'active')
    for (const { id } of ended.slice(MAX_ENDED)) {
      this.#backfills.delete(id)
      committer.extra({ removedRecords: [{ kind: 'backfill', id }] })
    }
  }
}

function idle(): Work {
  return { unfinished: new Set(), job: null, windows: [][Symbol.iterator](), window: [], next: 0, posted: false }
}

/** The next instant; null when there is none; `later` when a window without one was looked at. */
function next(work: Work): BackfillInstant | 'later' | null {
  const one = work.window[work.next]
  if (one !== undefined) {
    work.next++
    return one
  }
  const window = work.windows.next()
  if (window.done === true) return null
  work.window = window.value
  work.next = 0
  return 'later'
}
