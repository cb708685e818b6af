import { jobJson } from '@apsis/api/json'
import { getJob, listJobs } from '@apsis/api/routes'
import type { Job } from '@apsis/core/job'
import type { FastifyInstance } from 'fastify'
import { AD_HOC_PREFIX } from '../../../engine/index.ts'
import { failure, success } from '../outcome.ts'
import type { History, Jobs } from '../ports.ts'
import { register } from '../register.ts'
import { findJobId } from './runs.ts'

/** Serves the routes that read jobs. */
export function serveJobs(
  app: FastifyInstance,
  { jobs, history }: { readonly jobs: Jobs; readonly history: Pick<History, 'jobVersions'> },
): void {
  const paramsOf = (jobId: string): readonly string[] | null => jobs.get(jobId)?.params ?? null
  register(app, listJobs, async ({ query: { label } }) => {
    const wanted = jobs.list().filter((job) => label === undefined || job.labels.includes(label))
    return success(wanted.map((job) => jobJson(job, paramsOf)))
  })
  register(app, getJob, async ({ params }) => {
    const past = await leftAdHoc(params.job_id, jobs, history)
    if (past !== null) return success(jobJson(past, paramsOf))
    const match = findJobId(jobs, params.job_id)
    if (!match.ok) return match.code === 'JOB_NO_MATCH' ? failure('JOB_UNKNOWN', `no job_id ${params.job_id}`) : match
    const job = jobs.get(match.value)
    return job === null ? failure('JOB_UNKNOWN', `no job_id ${params.job_id}`) : success(jobJson(job, paramsOf))
  })
}

/** An ad hoc job that is no longer in force, as it was. */
async function leftAdHoc(jobId: string, jobs: Jobs, history: Pick<History, 'jobVersions'>): Promise<Job | null> {
  if (!jobId.startsWith(AD_HOC_PREFIX) || jobs.get(jobId) !== null) return null
  const hash = (await history.jobVersions(jobId, 1))[0]?.hash ?? null
  return hash === null ? null : jobs.definition(hash)
}
