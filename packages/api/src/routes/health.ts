import { z } from 'zod'
import { type StatsJson, statsJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'

const empty: z.ZodType<Nothing> = z.object({})

/** Whether the server answers. */
export const alive: Route<Nothing, Nothing, never, Nothing> = {
  name: 'alive',
  methods: ['GET'],
  path: '/api/v1/alive',
  tag: 'server',
  summary: 'Answers at once, while the server lives.',
  params: nothing,
  query: nothing,
  body: null,
  reply: empty,
  errors: [],
}

/** Waits until the server has started. */
export const running: Route<Nothing, Nothing, never, Nothing> = {
  name: 'running',
  methods: ['GET'],
  path: '/api/v1/running',
  tag: 'server',
  summary: 'Answers when the server has finished starting.',
  params: nothing,
  query: nothing,
  body: null,
  reply: empty,
  errors: [],
}

/** How the server is doing. */
export const stats: Route<Nothing, Nothing, never, StatsJson> = {
  name: 'stats',
  methods: ['GET'],
  path: '/api/v1/stats',
  tag: 'server',
  summary: 'How the server is doing.',
  params: nothing,
  query: nothing,
  body: null,
  reply: statsJsonSchema,
  errors: [],
}
