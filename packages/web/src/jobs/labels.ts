import type { JobJson } from '@apsis/api/json'
import { textOf, wordsOf } from '../ui/json.ts'

/** The labels of a job. */
export function labelsOf(job: JobJson): readonly string[] {
  const labels = job.metadata['labels']
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : []
}

/** When a job runs, in its schedules' words; empty when it has none in force. */
export function schedulesOf(job: JobJson): string {
  return job.schedule
    .filter((schedule) => schedule['enabled'] !== false)
    .map(wordsOf)
    .join(', ')
}

/** The first paragraph of a job's description; null when it has none. */
export function excerptOf(job: JobJson): string | null {
  return (
    textOf(job.metadata, 'description')
      ?.trim()
      .split(/\n\s*\n/)[0]
      ?.slice(0, 256) ?? null
  )
}

/** Which jobs a list shows. */
export interface JobFilter {
  /** All must be in the id, whatever the case. */
  readonly words: string
  readonly label: string | null
}

/** The jobs that a filter shows. */
export function filterJobs(jobs: readonly JobJson[], filter: JobFilter): readonly JobJson[] {
  const words = filter.words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return jobs.filter((job) => {
    const id = job.job_id.toLowerCase()
    return words.every((word) => id.includes(word)) && (filter.label === null || labelsOf(job).includes(filter.label))
  })
}

/** Jobs by the folder they are in, both sorted. */
export function byFolder(jobs: readonly JobJson[]): readonly (readonly [folder: string, jobs: readonly JobJson[]])[] {
  const folders = Map.groupBy(jobs, ({ job_id }) => job_id.slice(0, Math.max(0, job_id.lastIndexOf('/'))))
  return [...folders].sort(([a], [b]) => (a < b ? -1 : 1))
}
