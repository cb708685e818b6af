import { z } from 'zod'
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
}

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
  }),
  errors: ['JOBS_INVALID'],
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
