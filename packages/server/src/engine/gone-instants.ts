import type { Job, JobSchedule } from '@apsis/core/job'
import { occurrencesOf } from '@apsis/core/plan'
import type { Instant } from '@apsis/core/time'
import type { InstantRow } from '@apsis/store/port'
import type { Committer } from './committer.ts'
import type { Cursors } from './cursors.ts'
import type { FormerJob } from './job-changes.ts'

/** Instants that get their rows in one turn. */
const PIECE = 500
// Instants are told apart to the microsecond.
const TICK = 0.001

interface GonePorts {
  readonly committer: Pick<Committer, 'extra' | 'after'>
  readonly cursors: Pick<Cursors, 'get' | 'set'>
  now(): Instant
  post(task: () => void): void
}

/** A schedule that is to be in force no longer, with its job as it was. */
interface GoneSchedule {
  readonly job: Job
  readonly schedule: JobSchedule
}

/** The schedules of jobs that are to change that a new set of jobs has no longer, or has disabled. */
export function goneSchedules(
  leaving: readonly string[],
  before: ReadonlyMap<string, FormerJob>,
  jobs: readonly Job[],
): readonly GoneSchedule[] {
  const next = new Map(jobs.map((job) => [job.id, job]))
  return leaving.flatMap((jobId) => {
    const job = before.get(jobId)?.job()
    if (job === undefined || job === null) return []
    const stay = new Set(next.get(jobId)?.schedules.flatMap(({ key, enabled }) => (enabled ? [key] : [])))
    return job.schedules.flatMap((schedule) => (stay.has(schedule.key) ? [] : [{ job, schedule }]))
  })
}

/**
 * What came due of schedules that go, and had no row when nothing planned for a while, is missed: it was promised while they were in force. Piece by
 * piece, each durable before the next. Resolves when all is that was due by then.
 */
export async function missGone(gone: readonly GoneSchedule[], ports: GonePorts): Promise<void> {
  for (const one of gone) {
    for (let more = true; more; ) {
      more = await new Promise<boolean>((resolve) =>
        ports.post(() => {
          const left = missPiece(one, ports)
          if (left) ports.committer.after(() => resolve(true))
          else resolve(false)
        }),
      )
    }
  }
}

/** One piece, in this turn; whether there may be more. */
export function missPiece({ job, schedule }: GoneSchedule, ports: GonePorts): boolean {
  const { committer, cursors } = ports
  const now = ports.now()
  const ref = { jobId: job.id, scheduleKey: schedule.key }
  const cursor = cursors.get(job.id, schedule.key)
  if (cursor === null || cursor >= now) return false
  const instants: InstantRow[] = []
  try {
    for (const { due, args } of occurrencesOf(job, schedule, cursor, now)) {
      const verdict = { verdict: 'missed', reason: 'its schedule is no longer there', decidedAt: now } as const
      instants.push({ ...ref, due, args, runId: null, ...verdict })
      if (instants.length >= PIECE) break
    }
  } catch {
    // A schedule that throws was told of when it was planned; what it implied cannot be said.
    return false
  }
  const more = instants.length >= PIECE
  const moved = { ...ref, plannedUntil: more ? (instants.at(-1)?.due ?? now) + TICK : now }
  cursors.set(moved)
  committer.extra({ instants, cursors: [moved] })
  return more
}
