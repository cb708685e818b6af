import { z } from 'zod'
import { type ApiTime, apiTimeSchema, type PauseJson, pauseJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { type ReasonBody, reasonBody, reasonText, timeText } from './values.ts'

export interface PausesQuery {
  /** Only those that are of this job. */
  readonly job_id?: string
}

export interface PausesJson {
  readonly when: ApiTime
  /** Those in force, oldest first. */
  readonly pauses: readonly PauseJson[]
}

/** The pauses in force. */
export const listPauses: Route<Nothing, PausesQuery, never, PausesJson> = {
  name: 'listPauses',
  methods: ['GET'],
  path: '/api/v1/pauses',
  tag: 'operations',
  summary: 'The pauses in force, oldest first: all, or those that are of a job.',
  params: nothing,
  query: z.object({ job_id: z.string().exactOptional() }),
  body: null,
  reply: z.object({ when: apiTimeSchema, pauses: z.array(pauseJsonSchema) }),
  errors: ['JOB_NO_MATCH', 'JOB_AMBIGUOUS'],
}

export interface PauseBody extends ReasonBody {
  readonly scope: 'job' | 'label'
  /** A job id, or enough of its words; a prefix of job ids that ends in `/`; or a label. */
  readonly target: string
  /** A time; absent or null: until `resume`. */
  readonly until?: string | null
  /** Whether what comes due meanwhile is skipped (the default), or held and begun afterwards. */
  readonly mode?: 'skip' | 'hold'
}

/** A pause just made, and of how many jobs in force it is: 0 where no job has the label, or is in the folder, now. */
export interface NewPauseJson {
  readonly pause: PauseJson
  readonly jobs: number
}

// No job id and no label has these: such a pause would be of nothing, and speak to the terminal that lists it.
const UNSEEN = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u

const targetText = z
  .string()
  .min(1, 'expected a job, a folder of jobs ending in /, or a label')
  .refine((target) => !UNSEEN.test(target), 'expected no control characters in a job, folder or label')

/** Pauses schedules. */
export const createPause: Route<Nothing, Nothing, PauseBody, NewPauseJson> = {
  name: 'createPause',
  methods: ['POST'],
  path: '/api/v1/pauses',
  tag: 'operations',
  summary: 'Keeps the schedules of a job, of the jobs of a folder, or of those with a label from starting runs.',
  params: nothing,
  query: nothing,
  body: z
    .strictObject({
      scope: z.enum(['job', 'label']),
      target: targetText,
      until: timeText.nullable().exactOptional(),
      mode: z.enum(['skip', 'hold']).exactOptional(),
      reason: reasonText,
    })
    .refine(({ scope, target }) => scope === 'label' || !/^\/|\/\//.test(target), {
      error: 'expected a job, or a folder of jobs such as reports/: no job id begins with /, or has // in it',
      path: ['target'],
    }),
  reply: z.object({ pause: pauseJsonSchema, jobs: z.int() }),
  errors: ['JOB_NO_MATCH', 'JOB_AMBIGUOUS', 'JOB_UNKNOWN', 'REQUEST', 'TOO_MANY', 'BUSY'],
}

export interface PauseParams {
  readonly pause_id: string
}

/** Ends a pause. */
export const resumePause: Route<PauseParams, Nothing, ReasonBody, PauseJson> = {
  name: 'resumePause',
  methods: ['POST', 'PUT'],
  path: '/api/v1/pauses/:pause_id/resume',
  tag: 'operations',
  summary: 'Ends a pause: what it held begins, in order of time.',
  params: z.object({ pause_id: z.string().min(1) }),
  query: nothing,
  body: reasonBody,
  reply: pauseJsonSchema,
  errors: ['PAUSE_UNKNOWN', 'REQUEST', 'BUSY'],
}
