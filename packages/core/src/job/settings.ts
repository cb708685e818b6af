import type { JsonObject } from '../json/index.ts'
import type { Env } from './env.ts'
import type { Limits } from './limits.ts'
import type { Claims } from './resources.ts'
import type { Retry } from './retry.ts'
import type { Waiting } from './waiting.ts'

/** What a job says beyond the existing system: about its processes, and about when and how often it is tried. */
export interface JobSettings {
  /** Variables of its processes: templates, and null for one that is taken away. */
  readonly env: Env
  readonly retry: Retry | null
  readonly limits: Limits
  readonly resources: Claims
  readonly waiting: Waiting | null
  /** From -1000 to 1000; a larger one goes first. */
  readonly priority: number
  /** Whom to ask about it. */
  readonly owner: string | null
}

/** Those of a job that says nothing. */
export const PLAIN_SETTINGS: JobSettings = {
  env: {},
  retry: null,
  limits: {},
  resources: {},
  waiting: null,
  priority: 0,
  owner: null,
}

/** The keys that are checked, and that nothing acts on yet. */
export const INACTIVE_KEYS = ['retry', 'limits', 'resources', 'waiting', 'priority'] as const

/** The normal form: only what is said, so that a job of the existing system has the hash that it had. */
export function settingsJson(settings: JobSettings): JsonObject {
  const { env, retry, limits, resources, waiting, priority, owner } = settings
  return {
    ...(isEmpty(env) ? {} : { env }),
    ...(retry === null ? {} : { retry: retryJson(retry) }),
    ...(isEmpty(limits) ? {} : { limits: limitsJson(limits) }),
    ...(isEmpty(resources) ? {} : { resources }),
    // oxlint-disable-next-line unicorn/no-thenable -- a key of job files
    ...(waiting === null ? {} : { waiting: { max_time: waiting.maxTime / 1000, then: waiting.outcome } }),
    ...(priority === 0 ? {} : { priority }),
    ...(owner === null ? {} : { owner }),
  }
}

function limitsJson(limits: Limits): JsonObject {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([name, limit]): [string, number][] => (limit === undefined ? [] : [[name, limit]])),
  )
}

function retryJson({ count, delay, backoff, maxDelay, on }: Retry): JsonObject {
  const most = maxDelay === null ? {} : { max_delay: maxDelay / 1000 }
  return { count, delay: delay / 1000, backoff, ...most, on }
}

function isEmpty(mapping: object): boolean {
  return Object.keys(mapping).length === 0
}
