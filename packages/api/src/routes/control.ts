import { z } from 'zod'
import { type ApiTime, apiTimeSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { boolQuery } from './values.ts'

export interface VersionJson {
  readonly version: string
}

/** The version of the server. */
export const version: Route<Nothing, Nothing, never, VersionJson> = {
  name: 'version',
  methods: ['GET'],
  path: '/api/control/version',
  tag: 'server',
  summary: 'The version of the server.',
  params: nothing,
  query: nothing,
  body: null,
  reply: z.object({ version: z.string() }),
  errors: [],
}

export interface ReloadQuery {
  /** Only say what would change; default false. */
  readonly dry_run?: boolean
}

/** Ids of the jobs that a reload changes, each list sorted. */
export interface ReloadJson {
  readonly removed: readonly string[]
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly dry_run: boolean
  /** What that does, or would do, to coming runs. */
  readonly plan?: ReloadPlanJson
}

/** What a change of the jobs does in the day ahead. A run that moves, or gets other args, is withdrawn and created. */
export interface ReloadPlanJson {
  readonly from: ApiTime
  readonly to: ApiTime
  /** Coming runs, of all jobs. */
  readonly withdrawn: number
  readonly created: number
  /** Jobs with coming runs that change, by id; at most 1,000. */
  readonly jobs: readonly {
    readonly job_id: string
    readonly change: 'added' | 'changed' | 'removed'
    readonly withdrawn: number
    readonly created: number
    /** There are more than were counted. */
    readonly more: boolean
  }[]
  /** Changed jobs that are not among these, because there are too many. */
  readonly jobs_left: number
  /** Jobs with a condition or an action that names one that is gone. */
  readonly orphans: readonly {
    readonly job_id: string
    readonly names: string
    readonly place: 'condition' | 'action'
    readonly index: number
  }[]
}

const planSchema: z.ZodType<ReloadPlanJson> = z.object({
  from: apiTimeSchema,
  to: apiTimeSchema,
  withdrawn: z.int(),
  created: z.int(),
  jobs: z.array(
    z.object({
      job_id: z.string(),
      change: z.enum(['added', 'changed', 'removed']),
      withdrawn: z.int(),
      created: z.int(),
      more: z.boolean(),
    }),
  ),
  jobs_left: z.int(),
  orphans: z.array(
    z.object({ job_id: z.string(), names: z.string(), place: z.enum(['condition', 'action']), index: z.int() }),
  ),
})

/** Reads the job folder again. */
export const reloadJobs: Route<Nothing, ReloadQuery, never, ReloadJson> = {
  name: 'reloadJobs',
  methods: ['POST'],
  path: '/api/control/reload_jobs',
  tag: 'server',
  summary: 'Reads the job folder again, and takes over what changed if every file is good.',
  params: nothing,
  query: z.object({ dry_run: boolQuery.exactOptional() }),
  body: null,
  reply: z.object({
    removed: z.array(z.string()),
    added: z.array(z.string()),
    changed: z.array(z.string()),
    dry_run: z.boolean(),
    plan: planSchema.exactOptional(),
  }),
  errors: ['JOBS_INVALID', 'CONFLICT', 'BUSY'],
}

/** Which jobs are in force, and what became of the job folder that was read last. */
export interface JobsStateJson {
  /** Changes when, and only when, a definition of the folder that is in force does. */
  readonly digest: string
  readonly jobs: number
  readonly ad_hoc_jobs: number
  /** `store`: the folder had errors when the server started, and the last good set is in force. */
  readonly source: 'folder' | 'store'
  /** Since when this set is in force in this server. */
  readonly since: ApiTime | null
  /** When a change was made that the store has not taken yet: `jobs` and `digest` are with it, and none of its runs is made before. Null: there is none. */
  readonly changing: ApiTime | null
  /** When the folder was read last. */
  readonly read: ApiTime | null
  /** `events`: the system tells of changes; `looks`: they are found by looking every few seconds. */
  readonly watching: 'off' | 'events' | 'looks' | 'failed'
  /** A lock that a reload waits for. */
  readonly lock: string | null
  /** Why the folder as it was read last is not in force; at most 1,000. Empty where it is. */
  readonly problems: readonly JobProblemJson[]
  readonly problem_count: number
}

/** An error of a job file. */
export interface JobProblemJson {
  /** Empty where it is about no job. */
  readonly job_id: string
  /** All of it, for people. */
  readonly text: string
  readonly code: string
  readonly severity: string
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly key: string
  readonly message: string
  readonly hint: string | null
}

/** Which jobs are in force. */
export const jobsState: Route<Nothing, Nothing, never, JobsStateJson> = {
  name: 'jobsState',
  methods: ['GET'],
  path: '/api/control/jobs_state',
  tag: 'server',
  summary:
    'Which jobs are in force, since when, and what is wrong with the job folder where it is not what is in force.',
  params: nothing,
  query: nothing,
  body: null,
  reply: z.object({
    digest: z.string(),
    jobs: z.int(),
    ad_hoc_jobs: z.int(),
    source: z.enum(['folder', 'store']),
    since: apiTimeSchema.nullable(),
    changing: apiTimeSchema.nullable(),
    read: apiTimeSchema.nullable(),
    watching: z.enum(['off', 'events', 'looks', 'failed']),
    lock: z.string().nullable(),
    problems: z.array(
      z.object({
        job_id: z.string(),
        text: z.string(),
        code: z.string(),
        severity: z.string(),
        file: z.string().nullable(),
        line: z.int().nullable(),
        column: z.int().nullable(),
        key: z.string(),
        message: z.string(),
        hint: z.string().nullable(),
      }),
    ),
    problem_count: z.int(),
  }),
  errors: [],
}

export interface ShutDownQuery {
  /** Start again afterwards. */
  readonly restart?: boolean
}

/** Shuts the server down; running processes go on. */
export const shutDown: Route<Nothing, ShutDownQuery, never, Nothing> = {
  name: 'shutDown',
  methods: ['POST'],
  path: '/api/control/shut_down',
  tag: 'server',
  summary: 'Shuts the server down, or restarts it. Running processes go on.',
  params: nothing,
  query: z.object({ restart: boolQuery.exactOptional() }),
  body: null,
  reply: z.object({}),
  errors: [],
}
