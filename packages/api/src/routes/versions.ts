import type { Json, JsonObject } from '@apsis/core/json'
import { z } from 'zod'
import { type ApiTime, apiTimeSchema, jsonObjectSchema, jsonSchema } from '../json/index.ts'
import type { JobParams } from './jobs.ts'
import type { Route } from './route.ts'
import { boolQuery, intQuery } from './values.ts'

/** Most versions that one answer has. */
export const MAX_VERSIONS = 500

export interface JobVersionsQuery {
  /** At most so many, 1 to 500; default 50. */
  readonly limit?: number
  /** With the definitions themselves; default false. */
  readonly definitions?: boolean
}

/** A definition that a job has had, or has. */
export interface JobVersionJson {
  /** Since when; null: longer than versions are kept. */
  readonly since: ApiTime | null
  /** Of the definition, as in the `definition` of runs; null: from then on the job was not there. */
  readonly hash: string | null
  /** Whether it is in force. */
  readonly current: boolean
  /** The normal form; null where it is no longer kept. */
  readonly definition?: JsonObject | null
}

export interface JobVersionsJson {
  readonly job_id: string
  /** Newest first. */
  readonly versions: readonly JobVersionJson[]
  /** There are older ones. */
  readonly more: boolean
}

const versionSchema: z.ZodType<JobVersionJson> = z.object({
  since: apiTimeSchema.nullable(),
  hash: z.string().nullable(),
  current: z.boolean(),
  definition: jsonObjectSchema.nullable().exactOptional(),
})

const jobParams = z.object({ job_id: z.string().min(1) })

/** The definitions that a job has had. */
export const listJobVersions: Route<JobParams, JobVersionsQuery, never, JobVersionsJson> = {
  name: 'listJobVersions',
  methods: ['GET'],
  // Not below /jobs: all that follows that is a job id.
  path: '/api/v1/job_versions/*job_id',
  tag: 'jobs',
  summary: 'The definitions that a job has had, newest first, with the times since which they hold.',
  params: jobParams,
  query: z.object({
    limit: intQuery(1, MAX_VERSIONS).exactOptional(),
    definitions: boolQuery.exactOptional(),
  }),
  body: null,
  reply: z.object({ job_id: z.string(), versions: z.array(versionSchema), more: z.boolean() }),
  errors: ['JOB_UNKNOWN', 'JOB_AMBIGUOUS'],
}

export interface JobDiffQuery {
  /** Hash of the older one, or at least 4 of its first digits; default: the one before `to`. */
  readonly from?: string
  /** Hash of the newer one; default: the newest. */
  readonly to?: string
}

/** A difference of two definitions. */
export interface JobEditJson {
  readonly kind: 'add' | 'remove' | 'change' | 'move'
  /** Where, as `schedule[0].daytime`. */
  readonly key: string
  readonly from?: Json
  readonly to?: Json
  /** All of it in a line, for people. */
  readonly text: string
}

export interface JobDiffJson {
  readonly job_id: string
  readonly from: Pick<JobVersionJson, 'since' | 'hash'>
  readonly to: Pick<JobVersionJson, 'since' | 'hash'>
  /** Empty where only what its templates are given differs, as calendars. */
  readonly edits: readonly JobEditJson[]
}

const endSchema = z.object({ since: apiTimeSchema.nullable(), hash: z.string().nullable() })

/** What makes one definition of a job of another. */
export const diffJobVersions: Route<JobParams, JobDiffQuery, never, JobDiffJson> = {
  name: 'diffJobVersions',
  methods: ['GET'],
  path: '/api/v1/job_diff/*job_id',
  tag: 'jobs',
  summary: 'The differences of two definitions that a job has had: of the last two, unless others are named.',
  params: jobParams,
  query: z.object({ from: z.string().min(4).exactOptional(), to: z.string().min(4).exactOptional() }),
  body: null,
  reply: z.object({
    job_id: z.string(),
    from: endSchema,
    to: endSchema,
    edits: z.array(
      z.object({
        kind: z.enum(['add', 'remove', 'change', 'move']),
        key: z.string(),
        from: jsonSchema.exactOptional(),
        to: jsonSchema.exactOptional(),
        text: z.string(),
      }),
    ),
  }),
  errors: ['JOB_UNKNOWN', 'JOB_AMBIGUOUS', 'VERSION_UNKNOWN'],
}
