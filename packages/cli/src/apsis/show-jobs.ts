import type { JobJson } from '@apsis/api/json'
import { bold, table, type Terminal } from '../terminal/index.ts'

/** The table of jobs. */
export function jobsTable(jobs: readonly JobJson[], terminal: Pick<Terminal, 'columns' | 'color'>): string {
  const rows = jobs.map((job) => [
    { text: job.job_id, paint: (text: string) => bold(text, terminal.color) },
    { text: job.params.join(', ') },
    { text: labelsOf(job).join(' ') },
  ])
  const columns = [
    { title: 'job_id', min: 16 },
    { title: 'params', min: 8 },
    { title: 'labels', min: 8 },
  ]
  return `${table(columns, rows, terminal.columns)}\n`
}

function labelsOf(job: JobJson): string[] {
  const { labels } = job.metadata
  return Array.isArray(labels) ? labels.map(String) : []
}
