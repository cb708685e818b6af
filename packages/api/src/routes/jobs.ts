import { z } from 'zod'
import { type JobJson, jobJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'

export interface JobsQuery {
  /** Only jobs that have this label. */
  readonly label?: string
}

/** All jobs of the job folder, by id. */
export const listJobs: Route<Nothing, JobsQuery, never, readonly JobJson[]> = {
  name: 'listJobs',
  methods: ['GET'],
  path: '/api/v1/jobs',
  tag: 'jobs',
  summary: 'The jobs of the job folder, sorted by id; ad hoc jobs are not among them.',
  params: nothing,
  query: z.object({ label: z.string().exactOptional() }),
  body: null,
  reply: z.array(jobJsonSchema),
  errors: [],
}

export interface JobParams {
  /** A job id, or enough of its words to tell it from others (spec/apsis.md 8.1). */
  readonly job_id: string
}

/** One job. */
export const getJob: Route<JobParams, Nothing, never, JobJson> = {
  name: 'getJob',
  methods: ['GET'],
  path: '/api/v1/jobs/*job_id',
  tag: 'jobs',
  summary: 'One job: its id may contain slashes, and may be cut short as long as it is clear which is meant.',
  params: z.object({ job_id: z.string().min(1) }),
  query: nothing,
  body: null,
  reply: jobJsonSchema,
  errors: ['JOB_UNKNOWN', 'JOB_AMBIGUOUS'],
}
