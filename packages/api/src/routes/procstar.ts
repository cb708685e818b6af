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
