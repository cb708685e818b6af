import { CatchupDecision, type CatchupDefaults, catchupRule, type Gap, StartSpacing } from '@apsis/core/catchup'
import type { Job, JobSchedule } from '@apsis/core/job'
import { type DueInstant, occurrencesOf } from '@apsis/core/plan'
import type { Instant } from '@apsis/core/time'
import type { InstantRow, JobRow, Reader, RecordRow } from '@apsis/store/port'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import type { FormerJob } from './job-changes.ts'
import { justAfter, missedRow, PIECE } from './missed-rows.ts'
import type { Clock, Log } from './ports.ts'
import type { RetryingReads } from './retrying-reads.ts'

export interface GoneInstantsPorts {
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  readonly committer: Pick<Committer, 'extra' | 'after'>
  readonly cursors: Pick<Cursors, 'get'>
  readonly read: Pick<Reader, 'definition'>
  readonly reads: Pick<RetryingReads, 'add'>
  readonly defaults: CatchupDefaults
  gap(): Gap | null
  parse(row: JobRow): Job | null
  post(task: () => void): void
}

/** A stretch of a schedule that is in force no longer: what it implied from `from` to `until` has no rows yet. */
interface Stretch {
  readonly id: string
  readonly jobId: string
  readonly scheduleKey: string
  /** Of its job as it was. */
  readonly definition: string
  /** Whether its job has it still, disabled. */
  readonly disabled: boolean
  readonly from: Instant
  readonly until: Instant
}

/**
 * What came due of schedules that went, and had no row when nothing planned for a while, is missed: it was promised while they were in force. Which
 * stretches have yet to get their rows is durable with the change that ends them; the rows are made after it, piece by piece, each durable before the
 * next, so that days of them hold up neither a start nor what is due. In the engine's turn only.
 */
export class GoneInstants {
  readonly #ports: GoneInstantsPorts
  /** In order of coming. As many as schedules went that were not planned up to then, less those that are done. */
  readonly #waiting: Stretch[] = []
  #busy = false

  constructor(ports: GoneInstantsPorts) {
    this.#ports = ports
  }

  /** Takes up what was left to do; `go` begins it. */
  load(rows: readonly Pick<RecordRow, 'id' | 'json'>[]): void {
    for (const { id, json } of rows) {
      const stretch = stretchOf(id, json)
      if (stretch === null) this.#ports.log.error('a note of missed instants cannot be read', { id })
      else this.#waiting.push(stretch)
    }
  }

  /**
   * Notes, in the commit that takes them out of force and before their cursors are forgotten, what the schedules that go have no rows of. The result is
   * to be called when that is durable: before, none of it has come to pass.
   */
  note(leaving: readonly string[], before: ReadonlyMap<string, FormerJob>, jobs: readonly Job[]): () => void {
    const until = this.#ports.clock.now()
    const noted: Stretch[] = []
    for (const { job, hash, schedule, disabled } of goneSchedules(leaving, before, jobs)) {
      const from = this.#ports.cursors.get(job.id, schedule.key)
      if (from === null || from >= until || !impliesAny(job, schedule, from, until)) continue
      const id = JSON.stringify([job.id, schedule.key, until])
      const ref = { id, jobId: job.id, scheduleKey: schedule.key }
      const stretch = { ...ref, definition: hash, disabled, from, until }
      noted.push(stretch)
      this.#record(stretch)
    }
    return () => {
      for (const stretch of noted) this.#waiting.push(stretch)
    }
  }

  /** Goes on with what is left, if that is not under way. To be called when jobs are in force, and when a change is. */
  go(): void {
    const [stretch] = this.#waiting
    if (this.#busy || stretch === undefined) return
    this.#busy = true
    const { reads, read } = this.#ports
    const { definition, jobId, scheduleKey } = stretch
    reads.add(
      `the former definition of ${jobId}`,
      () => read.definition(definition),
      (row) =>
        this.#ports.post(() => {
          const job = row === null ? null : this.#ports.parse(row)
          const schedule = job?.schedules.find(({ key }) => key === scheduleKey)
          if (job === null || schedule === undefined) this.#broken(stretch, 'its definition can no longer be read')
          else this.#piece(stretch, occurrencesOf(job, schedule, stretch.from, stretch.until))
        }),
    )
  }

  /** One piece, in this turn. */
  #piece(stretch: Stretch, instants: Iterator<DueInstant>): void {
    const { clock, committer, defaults } = this.#ports
    const now = clock.now()
    const rule = catchupRule(stretch.disabled ? { enabled: false, catchup: null } : null, defaults)
    const decision = new CatchupDecision(rule, now, this.#ports.gap(), new StartSpacing(null))
    const rows: InstantRow[] = []
    let ended = false
    try {
      while (rows.length < PIECE && !ended) {
        const next = instants.next()
        const reason = next.done === true ? null : decision.missed(next.value.due)
        if (next.done === true || reason === null) ended = true
        else rows.push(missedRow(stretch, next.value, reason, now))
      }
    } catch (error) {
      committer.extra({ instants: rows })
      this.#broken(stretch, String(error))
      return
    }
    committer.extra({ instants: rows })
    if (ended) {
      this.#end(stretch)
      return
    }
    const left = { ...stretch, from: justAfter(rows.at(-1)?.due ?? stretch.from) }
    this.#record(left)
    committer.after(() => this.#ports.post(() => this.#piece(left, instants)))
  }

  #broken(stretch: Stretch, message: string): void {
    const { jobId: job, scheduleKey: schedule } = stretch
    this.#ports.log.error('a schedule is broken: what it missed cannot be said', { job, schedule, message })
    this.#end(stretch)
  }

  #end({ id }: Stretch): void {
    const { committer } = this.#ports
    this.#waiting.shift()
    committer.extra({ removedRecords: [{ kind: 'gone', id }] })
    committer.after(() =>
      this.#ports.post(() => {
        this.#busy = false
        this.go()
      }),
    )
  }

  #record({ id, ...json }: Stretch): void {
    this.#ports.committer.extra({ records: [{ kind: 'gone', id, json }] })
  }
}

function stretchOf(id: string, json: RecordRow['json']): Stretch | null {
  const { jobId, scheduleKey, definition, disabled, from, until } = json
  if (typeof jobId !== 'string' || typeof scheduleKey !== 'string' || typeof definition !== 'string') return null
  if (typeof disabled !== 'boolean' || typeof from !== 'number' || typeof until !== 'number') return null
  return { id, jobId, scheduleKey, definition, disabled, from, until }
}

/** The schedules of jobs that are to change that a new set of jobs has no longer, or has disabled, with their jobs as they were. */
function goneSchedules(
  leaving: readonly string[],
  before: ReadonlyMap<string, FormerJob>,
  jobs: readonly Job[],
): readonly {
  readonly job: Job
  readonly hash: string
  readonly schedule: JobSchedule
  readonly disabled: boolean
}[] {
  const next = new Map(jobs.map((job) => [job.id, job]))
  return leaving.flatMap((jobId) => {
    const former = before.get(jobId)
    const job = former?.job() ?? null
    if (former === undefined || job === null) return []
    const { hash } = former
    const now = new Map(next.get(jobId)?.schedules.map(({ key, enabled }) => [key, enabled]))
    return job.schedules.flatMap((schedule) => {
      const enabled = now.get(schedule.key)
      return enabled === true ? [] : [{ job, hash, schedule, disabled: enabled === false }]
    })
  })
}

/** False for a schedule that throws: that was told of when it was planned, and what it implied cannot be said. */
function impliesAny(job: Job, schedule: JobSchedule, from: Instant, until: Instant): boolean {
  try {
    return occurrencesOf(job, schedule, from, until).next().done !== true
  } catch {
    return false
  }
}
