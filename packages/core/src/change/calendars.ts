import type { Job } from '../job/index.ts'

/** Names the calendars that schedules of a job go by before and after, and whose files say something else than before. */
export function changedCalendars(before: Job, after: Job): readonly string[] {
  const old = sourcesOf(before)
  return [...sourcesOf(after)].flatMap(([name, source]) => {
    const other = old.get(name)
    return other === undefined || other === source ? [] : [name]
  })
}

function sourcesOf(job: Job): Map<string, string | null> {
  return new Map(
    job.schedules.flatMap(({ schedule }) => (schedule.calendars ?? []).map(({ name, source }) => [name, source])),
  )
}
