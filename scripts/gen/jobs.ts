import { jobPage, jobSchema } from '@apsis/core/schema'
import { registry } from '@apsis/kinds/builtin'
import type { Generated } from './generated.ts'

/** The reference page of job files, from the fields by which they are read. */
export const jobs: Generated = { path: 'docs/reference/jobs.md', content: () => jobPage(registry) }

/** The JSON Schema of job files, as `apsisctl schema` prints it. */
export const jobsSchema: Generated = {
  path: 'docs/reference/job.schema.json',
  content: () => `${JSON.stringify(jobSchema(registry), null, 2)}\n`,
}
