import type { Job } from '../job/index.ts'
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

/** What a start would do about the overdue instants of one schedule. */
export interface CatchupPreview extends ScheduleRef {
  /** Those that get a run. `lastStart`: when the last of them starts, where a rate spaces them. */
  readonly run: (CatchupCount & { readonly lastStart: Instant }) | null
  /** Those that are missed; by the rule that says so. */
  readonly missed: readonly (CatchupCount & { readonly reason: string })[]
  /** What the schedule threw: its further instants are not known. */
  readonly broken: string | null
}

export interface CatchupPreviewInput {
  readonly jobs: readonly Pick<Job, 'id' | 'params' | 'schedules'>[]
  readonly cursors: readonly PlanCursor[]
  /** Instants without a verdict, ascending. */
  readonly undecided: readonly (ScheduleRef & { readonly due: Instant })[]
  readonly defaults: CatchupDefaults
  readonly now: Instant
  readonly gap: Gap | null
}

/** What a start at `now` would do, schedule by schedule, sorted; those with nothing overdue are left out. */
export function previewCatchup(input: CatchupPreviewInput): readonly CatchupPreview[] {
  const { now, defaults, gap } = input
  const before = decidedBefore(defaults.since, now)
  const jobs = new Map(input.jobs.map((job) => [job.id, job]))
  const found = new Map<string, ScheduleRef & { cursor: Instant | null; readonly rows: Instant[] }>()
  const of = ({ jobId, scheduleKey }: ScheduleRef) => {
    const key = `${jobId}\n${scheduleKey}`
    const known = found.get(key) ?? { jobId, scheduleKey, cursor: null, rows: [] }
    found.set(key, known)
    return known
  }
  for (const cursor of input.cursors) if (cursor.plannedUntil < before) of(cursor).cursor = cursor.plannedUntil
  for (const instant of input.undecided) if (instant.due < before) of(instant).rows.push(instant.due)
  return [...found.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, { jobId, scheduleKey, cursor, rows }]) => {
      const job = jobs.get(jobId)
      const schedule = job?.schedules.find(({ key }) => key === scheduleKey) ?? null
      const rule = catchupRule(schedule, defaults)
      const decision = new CatchupDecision(rule, now, gap, new StartSpacing(rule.rate))
      const overdue = () => overdueOf({ job: job ?? { params: [] }, schedule, cursor, rows, before })
      const preview = previewOne(decision, overdue)
      return preview.run === null && preview.missed.length === 0 && preview.broken === null
        ? []
        : [{ jobId, scheduleKey, ...preview }]
    })
}

function previewOne(
  decision: CatchupDecision,
  overdue: () => Iterable<{ readonly due: Instant }>,
): Omit<CatchupPreview, 'jobId' | 'scheduleKey'> {
  const ran: { due: Instant; at: Instant; first: Instant; count: number }[] = []
  const missed = new Map<string, CatchupCount & { readonly reason: string }>()
  let broken: string | null = null
  try {
    if (decision.counts) for (const { due } of overdue()) decision.count(due)
    for (const { due } of overdue()) {
      const verdict = decision.verdict(due)
      if (verdict.verdict === 'run') {
        const [before] = ran
        ran[0] = { due, at: verdict.at, first: before?.first ?? due, count: (before?.count ?? 0) + 1 }
      } else {
        const reason = decision.why(due) ?? verdict.reason
        const known = missed.get(reason)
        missed.set(reason, { reason, count: (known?.count ?? 0) + 1, first: known?.first ?? due, last: due })
      }
    }
  } catch (error) {
    // A schedule that throws is a bug of its kind, or a user's own module: the others are shown all the same.
    broken = error instanceof Error ? error.message : String(error)
  }
  const [all] = ran
  const run = all === undefined ? null : { count: all.count, first: all.first, last: all.due, lastStart: all.at }
  return { run, missed: [...missed.values()], broken }
}
