import type { JsonObject } from '@apsis/core/json'
import { z } from 'zod'
import { type ApiTime, apiTimeSchema, jsonObjectSchema, type RunSummary, runSummarySchema } from '../json/index.ts'

/** Path of the live feed; `?since=SEQ` resumes after that number. Text frames, each a JSON array of `FeedMessage`. */
export const FEED_PATH = '/api/v1/feed'

interface Numbered {
  /** Number of the change: rises from message to message, with gaps. */
  readonly seq: number
  readonly time: ApiTime
}

/** First on every connection. Messages that follow have numbers above `seq`. */
export interface HelloMessage extends Numbered {
  readonly type: 'hello'
  readonly version: string
}

/** The number asked for is too old, or not of this server: load everything anew; what follows has numbers above `seq`. */
export interface ResetMessage extends Numbered {
  readonly type: 'reset'
}

/** A run changed. `run` is as new as this message or newer; of two, the one with the higher `version` holds. */
export interface RunMessage extends Numbered {
  readonly type: 'run'
  readonly run: RunSummary
}

/** A run that was still to come is no longer wanted. */
export interface RunDeleteMessage extends Numbered {
  readonly type: 'run_delete'
  readonly run_id: string
}

/** Finished runs that retention or an archive took away, together. Some hundred at most. */
export interface RunsRemovedMessage extends Numbered {
  readonly type: 'runs_removed'
  readonly run_ids: readonly string[]
}

/** A job of the job folder was added, changed or removed. */
export interface JobMessage extends Numbered {
  readonly type: 'job'
  readonly change: 'added' | 'changed' | 'removed'
  readonly job_id: string
}

/** An agent came, went or changed. */
export interface AgentMessage extends Numbered {
  readonly type: 'agent'
  readonly change: 'connected' | 'disconnected' | 'changed' | 'removed'
  readonly conn_id: string
  readonly data: JsonObject
}

/** A pause began or ended. One that ended while no server ran is not told of: its `until` says so. */
export interface PauseMessage extends Numbered {
  readonly type: 'pause'
  readonly change: 'added' | 'ended'
  readonly pause_id: string
}

/** A backfill began or ended. The runs that it makes are told of one by one. */
export interface BackfillMessage extends Numbered {
  readonly type: 'backfill'
  readonly change: 'added' | 'ended'
  readonly backfill_id: string
}

export type FeedMessage =
  | HelloMessage
  | ResetMessage
  | RunMessage
  | RunDeleteMessage
  | RunsRemovedMessage
  | JobMessage
  | AgentMessage
  | PauseMessage
  | BackfillMessage

const numbered = { seq: z.int(), time: apiTimeSchema }

export const feedMessageSchema: z.ZodType<FeedMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), ...numbered, version: z.string() }),
  z.object({ type: z.literal('reset'), ...numbered }),
  z.object({ type: z.literal('run'), ...numbered, run: runSummarySchema }),
  z.object({ type: z.literal('run_delete'), ...numbered, run_id: z.string() }),
  z.object({ type: z.literal('runs_removed'), ...numbered, run_ids: z.array(z.string()) }),
  z.object({
    type: z.literal('job'),
    ...numbered,
    change: z.enum(['added', 'changed', 'removed']),
    job_id: z.string(),
  }),
  z.object({
    type: z.literal('agent'),
    ...numbered,
    change: z.enum(['connected', 'disconnected', 'changed', 'removed']),
    conn_id: z.string(),
    data: jsonObjectSchema,
  }),
  z.object({ type: z.literal('pause'), ...numbered, change: z.enum(['added', 'ended']), pause_id: z.string() }),
  z.object({ type: z.literal('backfill'), ...numbered, change: z.enum(['added', 'ended']), backfill_id: z.string() }),
])

const typed = z.object({ type: z.string() })
const KNOWN_TYPES: readonly string[] = [
  'hello',
  'reset',
  'run',
  'run_delete',
  'runs_removed',
  'job',
  'agent',
  'pause',
  'backfill',
]

/**
 * The messages of a frame; types that a newer server may add are left out. Throws `SyntaxError` or zod's error where the text is
 * not a frame.
 */
export function parseFeedFrame(text: string): readonly FeedMessage[] {
  const items = z.array(typed.loose()).parse(JSON.parse(text))
  return items.filter(({ type }) => KNOWN_TYPES.includes(type)).map((item) => feedMessageSchema.parse(item))
}
