import { jobJson } from '@apsis/api/json'
import { getJob, listJobs } from '@apsis/api/routes'
import type { FastifyInstance } from 'fastify'
import { failure, success } from '../outcome.ts'
import type { Jobs } from '../ports.ts'
import { register } from '../register.ts'
import { findJobId } from './runs.ts'

/** Serves the routes that read jobs. */
export function serveJobs(app: FastifyInstance, jobs: Jobs): void {
  const paramsOf = (jobId: string): readonly string[] | null => jobs.get(jobId)?.params ?? null
  register(app, listJobs, async ({ query: { label } }) => {
    const wanted = jobs.list().filter((job) => label === undefined || job.labels.includes(label))
    return success(wanted.map((job) => jobJson(job, paramsOf)))
  })
  register(app, getJob, async ({ params }) => {
    const match = findJobId(jobs, params.job_id)
    if (!match.ok) return match.code === 'JOB_NO_MATCH' ? failure('JOB_UNKNOWN', `no job_id ${params.job_id}`) : match
    const job = jobs.get(match.value)
    return job === null ? failure('JOB_UNKNOWN', `no job_id ${params.job_id}`) : success(jobJson(job, paramsOf))
  })
}
