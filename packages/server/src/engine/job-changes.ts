import type { Job, JobSchedule } from '@apsis/core/job'
import { canonicalJson } from '@apsis/core/json'
import type { JobChanges } from './commands.ts'

/** The store takes a change of the jobs never: nothing of it is in force, and what was stays. The same may be asked for again. */
export class JobChangeRefused extends Error {
  readonly code = 'CONFLICT'

  constructor() {
    super(
      "the store refused the change of the jobs: those before it stay in force, and the server's log says why; it may be tried again",
    )
    this.name = 'JobChangeRefused'
  }
}

/** A job as it was before a change: parsed only when that is asked for; null where it no longer can be. */
export interface FormerJob {
  readonly hash: string
  job(): Job | null
}

/** The jobs of the folder that are in force, as what a change starts from. */
export function formerOf(jobs: Iterable<Job>): ReadonlyMap<string, FormerJob> {
  const former = new Map<string, FormerJob>()
  for (const job of jobs) if (!job.adHoc) former.set(job.id, { hash: job.hash, job: () => job })
  return former
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
