import { z } from 'zod'
import { type ConnectionJson, connectionJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'

/** The agents, by connection id. */
export const listConnections: Route<Nothing, Nothing, never, Readonly<Record<string, ConnectionJson>>> = {
  name: 'listConnections',
  methods: ['GET'],
  path: '/api/procstar/connections',
  tag: 'agents',
  summary: 'The agents by connection id, those that have lost contact included.',
  params: nothing,
  query: nothing,
  body: null,
  reply: z.record(z.string(), connectionJsonSchema),
  errors: [],
}

/** The agents, by group. */
export const listGroups: Route<Nothing, Nothing, never, Readonly<Record<string, readonly ConnectionJson[]>>> = {
  name: 'listGroups',
  methods: ['GET'],
  path: '/api/procstar/groups',
  tag: 'agents',
  summary: 'The agents of each group.',
  params: nothing,
  query: nothing,
  body: null,
  reply: z.record(z.string(), z.array(connectionJsonSchema)),
  errors: [],
}

export interface ConnectionParams {
  readonly conn_id: string
}

export interface DrainQuery {
  readonly reason?: string
}

const connectionParams: z.ZodType<ConnectionParams> = z.object({ conn_id: z.string() })

/** Gives an agent no new procs. */
export const drainConnection: Route<ConnectionParams, DrainQuery, never, ConnectionJson> = {
  name: 'drainConnection',
  methods: ['PUT', 'POST'],
  path: '/api/procstar/connections/:conn_id/drain',
  tag: 'agents',
  summary: 'Gives an agent no new procs, until it is undrained; those that it has go on.',
  params: connectionParams,
  query: z.object({ reason: z.string().exactOptional() }),
  body: null,
  reply: connectionJsonSchema,
  errors: ['AGENT_UNKNOWN', 'REQUEST', 'TOO_MANY', 'BUSY'],
}

/** Gives an agent procs again. */
export const undrainConnection: Route<ConnectionParams, Nothing, never, Nothing> = {
  name: 'undrainConnection',
  methods: ['PUT', 'POST'],
  path: '/api/procstar/connections/:conn_id/undrain',
  tag: 'agents',
  summary: 'Gives an agent procs again.',
  params: connectionParams,
  query: nothing,
  body: null,
  reply: z.object({}),
  errors: ['AGENT_UNKNOWN', 'BUSY'],
}
