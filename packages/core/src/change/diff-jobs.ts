import { canonicalJson } from '../json/index.ts'
import type { Job } from '../job/index.ts'
import { changedCalendars } from './calendars.ts'
import type { ChangedJob, JobsChange, MovedJob } from './jobs-change.ts'
import { definitionEdits } from './normal-form.ts'

/**
 * Compares two sets of jobs, each with no ID twice. A job is changed where its hash is another. A job that is gone and a new one with the same normal form but for the ID are one that moved.
 */
export function diffJobs(before: readonly Job[], after: readonly Job[]): JobsChange {
  const olds = new Map(before.map((job) => [job.id, job]))
  const added: Job[] = []
  const changed: ChangedJob[] = []
  for (const to of byId(after)) {
    const from = olds.get(to.id)
    olds.delete(to.id)
    if (from === undefined) {
      added.push(to)
      continue
    }
    if (from.hash === to.hash) continue
    changed.push({ from, to, edits: definitionEdits(from.json, to.json), calendars: changedCalendars(from, to) })
  }
  return { ...withMoved(added, byId([...olds.values()])), changed }
}

function withMoved(added: readonly Job[], removed: readonly Job[]): Omit<JobsChange, 'changed'> {
  const gone = new Map<string, Job[]>()
  if (added.length > 0) for (const job of removed.toReversed()) push(gone, nameless(job), job)
  const moved: MovedJob[] = []
  const sources = new Set<Job>()
  const kept = added.filter((to) => {
    const candidates = gone.size === 0 ? undefined : gone.get(nameless(to))
    const from = candidates?.at(-1)
    if (from === undefined || changedCalendars(from, to).length > 0) return true
    candidates?.pop()
    sources.add(from)
    moved.push({ from, to })
    return false
  })
  return { added: kept, removed: removed.filter((job) => !sources.has(job)), moved }
}

function nameless(job: Job): string {
  return canonicalJson({ ...job.json, job_id: '' })
}

function push(map: Map<string, Job[]>, key: string, job: Job): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [job])
  else list.push(job)
}

function byId(jobs: readonly Job[]): readonly Job[] {
  return [...jobs].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}
