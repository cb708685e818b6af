import { closestPath } from '../document/index.ts'

/** So many unknown IDs of a check are looked for among all: each costs time linear in the jobs. */
const MAX_LOOKED_FOR = 20

/** The job that was probably meant by an ID that no job has, as a hint; null where there is none near. */
export type NearJob = (jobId: string) => string | null

/** Looks among these IDs, for the first twenty that are unknown. */
export function nearJob(ids: readonly string[]): NearJob {
  const known = new Map<string, string | null>()
  return (jobId) => {
    const found = known.get(jobId)
    if (found !== undefined || known.size >= MAX_LOOKED_FOR) return found ?? null
    const meant = closestPath(jobId, ids)
    const hint = meant === null ? null : `did you mean '${meant}'?`
    known.set(jobId, hint)
    return hint
  }
}
