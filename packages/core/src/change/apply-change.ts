import type { Job } from '../job/index.ts'
import type { JobsChange } from './jobs-change.ts'

/** The jobs after a change, by ID; or why the change does not fit the jobs: it was made from other ones. */
export type Applied =
  | { readonly ok: true; readonly jobs: readonly Job[] }
  | { readonly ok: false; readonly message: string }

/** Carries a change out on the jobs that it was made from. All of it or nothing. */
export function applyChange(jobs: readonly Job[], change: JobsChange): Applied {
  const { added, removed, changed, moved } = change
  const byId = new Map(jobs.map((job) => [job.id, job]))
  for (const from of [...removed, ...[...changed, ...moved].map((one) => one.from)]) {
    const found = byId.get(from.id)
    if (found === undefined) return { ok: false, message: `no job ${from.id}` }
    if (found.hash !== from.hash) return { ok: false, message: `job ${from.id} is not as it was` }
    byId.delete(from.id)
  }
  for (const to of [...added, ...[...changed, ...moved].map((one) => one.to)]) {
    if (byId.has(to.id)) return { ok: false, message: `there is a job ${to.id} already` }
    byId.set(to.id, to)
  }
  return { ok: true, jobs: [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) }
}
