import type { Job, JobSchedule } from '@apsis/core/job'
import { canonicalJson } from '@apsis/core/json'
import type { JobChanges } from './commands.ts'

/**
 * A change of the jobs cannot be made: the store takes it never, a job of it cannot be read, or it fails by a defect. Nothing of it is in force, and
 * what was stays. The same may be asked for again.
 */
export class JobChangeRefused extends Error {
  readonly code = 'CONFLICT'

  /** `message`: what is wrong, where it is not the store that refuses. */
  constructor(
    message = "the store refused the change of the jobs: those before it stay in force, and the server's log says why; it may be tried again",
  ) {
    super(message)
    this.name = 'JobChangeRefused'
  }
}

/** It could not be worked out. */
export function failedChange(error: unknown): JobChangeRefused {
  return new JobChangeRefused(
    `the change of the jobs failed (${String(error)}): those before it stay in force; this is a defect, please report it`,
  )
}

/** Why jobs cannot be put in force: parts of a definition that was kept are read when they are asked for, which throws where it is damaged. Null: they can be. */
export function unreadable(jobs: readonly Job[]): JobChangeRefused | null {
  for (const job of jobs) {
    try {
      readParts(job)
    } catch (error) {
      return new JobChangeRefused(
        `job ${job.id} cannot be read (${String(error)}): nothing was changed, and those before it stay in force; ` +
          'remove the file jobs-record from the data folder and start again: then its file is read anew',
      )
    }
  }
  return null
}

/** Getters that parse. */
function readParts(job: Job): void {
  void job.json
  void job.params
  void job.labels
  void job.schedules
}

/** A job as it was before a change: parsed only when that is asked for; null where it no longer can be. */
export interface FormerJob {
  readonly hash: string
  job(): Job | null
}

/** The jobs of the folder that are in force, as what a change starts from. */
export function formerOf(jobs: Iterable<Job>): ReadonlyMap<string, FormerJob> {
  const former = new Map<string, FormerJob>()
  for (const job of jobs) if (!job.adHoc) former.set(job.id, { hash: job.hash, job: () => readable(job) })
  return former
}

function readable(job: Job): Job | null {
  try {
    readParts(job)
    return job
  } catch {
    // Said when it was put in force. Damaged as it is, it may be changed and go.
    return null
  }
}

/** Which jobs a new set adds, changes and removes. */
export function difference(before: ReadonlyMap<string, FormerJob>, jobs: readonly Job[]): JobChanges {
  const now = new Set(jobs.map(({ id }) => id))
  const added: string[] = []
  const changed: string[] = []
  for (const { id, hash } of jobs) {
    const former = before.get(id)
    if (former === undefined) added.push(id)
    else if (former.hash !== hash) changed.push(id)
  }
  const removed = [...before.keys()].filter((id) => !now.has(id))
  return { added: added.sort(), changed: changed.sort(), removed: removed.sort() }
}

/** Keys of the schedules that both definitions have, but whose coming runs would have other args or another stop time now. */
export function revisedSchedules(former: FormerJob | undefined, job: Job): readonly string[] {
  if (former === undefined) return []
  const before = former.job()
  if (before === null) return job.schedules.map(({ key }) => key)
  const sameParams = before.params.join('\n') === job.params.join('\n')
  return job.schedules
    .filter((schedule) => {
      const was = before.schedules.find(({ key }) => key === schedule.key)
      return was !== undefined && (!sameParams || stopText(was) !== stopText(schedule))
    })
    .map(({ key }) => key)
}

function stopText(schedule: JobSchedule): string {
  return canonicalJson(schedule.stop?.json ?? null)
}
