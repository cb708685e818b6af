import type { Job } from '../job/index.ts'
import { decidePause, type Pause } from '../pause/index.ts'
import type { PlanCursor, ScheduleRef } from '../plan/index.ts'
import type { Instant } from '../time/index.ts'
import { CatchupDecision, type Gap } from './decision.ts'
import { overdueOf } from './overdue.ts'
import { type CatchupDefaults, catchupRule, decidedBefore } from './rule.ts'
import { StartSpacing } from './spacing.ts'

/** Instants with the same fate: how many, the first and the last. */
export interface CatchupCount {
  readonly count: number
  readonly first: Instant
  readonly last: Instant
}

/** Such that share a reason. */
export type CatchupReason = CatchupCount & { readonly reason: string }

/** What a start would do about the instants of one schedule that are due and undecided. */
export interface CatchupPreview extends ScheduleRef {
  /** Overdue ones that get a run. `lastStart`: when the last of them starts, where a rate spaces them. */
  readonly run: (CatchupCount & { readonly lastStart: Instant }) | null
  /** Those that are due for no longer than a minute: no policy is asked, they run at once. */
  readonly recent: CatchupCount | null
  /** Those that a pause skips; by the pause. */
  readonly skipped: readonly CatchupReason[]
  /** Those that stay held, or that a pause holds. */
  readonly held: readonly CatchupReason[]
  /** Those that are missed; by the rule that says so. */
  readonly missed: readonly CatchupReason[]
  /** What the schedule threw: its further instants are not known. */
  readonly broken: string | null
}

/** An instant that has a row, and no verdict. */
export interface UndecidedInstant extends ScheduleRef {
  readonly due: Instant
  /** Why its run is held; null: it is not, or says nothing. */
  readonly held: { readonly reason: string | null } | null
  /** Of its run. */
  readonly labels: readonly string[]
}

export interface CatchupPreviewInput {
  readonly jobs: readonly Pick<Job, 'id' | 'params' | 'schedules' | 'labels'>[]
  readonly cursors: readonly PlanCursor[]
  /** Ascending; all that are due at `now`. */
  readonly undecided: readonly UndecidedInstant[]
  readonly pauses: readonly Pause[]
  readonly defaults: CatchupDefaults
  readonly now: Instant
  readonly gap: Gap | null
}

// Instants are told apart to the microsecond.
const TICK = 0.001

/** What a start at `now` would do, schedule by schedule, sorted; those with nothing due are left out. */
export function previewCatchup(input: CatchupPreviewInput): readonly CatchupPreview[] {
  const { now } = input
  const jobs = new Map(input.jobs.map((job) => [job.id, job]))
  const found = new Map<string, ScheduleRef & { cursor: Instant | null; readonly rows: UndecidedInstant[] }>()
  const of = ({ jobId, scheduleKey }: ScheduleRef) => {
    const key = `${jobId}\n${scheduleKey}`
    const known = found.get(key) ?? { jobId, scheduleKey, cursor: null, rows: [] }
    found.set(key, known)
    return known
  }
  for (const cursor of input.cursors) if (cursor.plannedUntil <= now) of(cursor).cursor = cursor.plannedUntil
  for (const instant of input.undecided) if (instant.due <= now) of(instant).rows.push(instant)
  return [...found.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, { jobId, scheduleKey, cursor, rows }]) => {
      const preview = new Preview({ jobId, scheduleKey }, jobs.get(jobId) ?? null, input).of(cursor, rows)
      return preview === null ? [] : [preview]
    })
}

/** The preview of one schedule. */
class Preview {
  readonly #ref: ScheduleRef
  readonly #job: CatchupPreviewInput['jobs'][number] | null
  readonly #input: CatchupPreviewInput
  #run: CatchupPreview['run'] = null
  #recent: CatchupCount | null = null
  readonly #skipped = new Map<string, CatchupReason>()
  readonly #held = new Map<string, CatchupReason>()
  readonly #missed = new Map<string, CatchupReason>()

  constructor(ref: ScheduleRef, job: CatchupPreviewInput['jobs'][number] | null, input: CatchupPreviewInput) {
    this.#ref = ref
    this.#job = job
    this.#input = input
  }

  of(cursor: Instant | null, rows: readonly UndecidedInstant[]): CatchupPreview | null {
    const { defaults, now, gap } = this.#input
    const before = decidedBefore(defaults.since, now)
    const schedule = this.#job?.schedules.find(({ key }) => key === this.#ref.scheduleKey) ?? null
    const rule = catchupRule(schedule, defaults)
    const decision = new CatchupDecision(rule, now, gap, new StartSpacing(rule.rate))
    // A run that is held, or that a pause is about, is so before any policy is asked.
    const left = rows.filter((row) => !this.#isKept(row)).map(({ due }) => due)
    const base = { job: this.#job ?? { params: [] }, schedule }
    const overdue = () => overdueOf({ ...base, cursor, rows: left.filter((due) => due < before), before })
    let broken: string | null = null
    try {
      if (decision.counts) for (const { due } of overdue()) decision.count(due)
      for (const one of overdue()) this.#decide(decision, one)
      const from = cursor === null ? null : Math.max(cursor, before)
      const recent = left.filter((due) => due >= before)
      for (const { due, row } of overdueOf({ ...base, cursor: from, rows: recent, before: now + TICK }))
        if (row || !this.#isPaused(due, this.#job?.labels ?? [])) this.#recent = counted(this.#recent, due)
    } catch (error) {
      // A schedule that throws is a bug of its kind, or a user's own module: the others are shown all the same.
      broken = error instanceof Error ? error.message : String(error)
    }
    const [skipped, held, missed] = [this.#skipped, this.#held, this.#missed].map((by) => [...by.values()])
    const run = this.#run
    const recent = this.#recent
    const some = [skipped, held, missed].some((by) => by !== undefined && by.length > 0)
    if (run === null && recent === null && broken === null && !some) return null
    return { ...this.#ref, run, recent, skipped: skipped ?? [], held: held ?? [], missed: missed ?? [], broken }
  }

  #isKept({ due, held, labels }: UndecidedInstant): boolean {
    if (held === null) return this.#isPaused(due, labels)
    add(this.#held, held.reason ?? 'its run is held', due)
    return true
  }

  #isPaused(due: Instant, labels: readonly string[]): boolean {
    const { pauses, now } = this.#input
    const decision = decidePause(pauses, { jobId: this.#ref.jobId, labels, due }, now, true)
    if (decision.type !== 'begin') add(decision.type === 'skip' ? this.#skipped : this.#held, decision.message, due)
    return decision.type !== 'begin'
  }

  #decide(decision: CatchupDecision, { due, row }: { readonly due: Instant; readonly row: boolean }): void {
    const verdict = decision.verdict(due)
    if (verdict.verdict === 'missed') add(this.#missed, decision.why(due) ?? verdict.reason, due)
    // What has no row yet gets one, and its run is paused then.
    else if (row || !this.#isPaused(due, this.#job?.labels ?? []))
      this.#run = { ...counted(this.#run, due), lastStart: verdict.at }
  }
}

function counted(known: CatchupCount | null | undefined, due: Instant): CatchupCount {
  return { count: (known?.count ?? 0) + 1, first: known?.first ?? due, last: due }
}

function add(by: Map<string, CatchupReason>, reason: string, due: Instant): void {
  by.set(reason, { ...counted(by.get(reason), due), reason })
}
