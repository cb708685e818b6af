import type { JsonObject } from '@apsis/core/json'
import { z } from 'zod'
import {
  type ApiTime,
  apiTimeSchema,
  jsonObjectSchema,
  type LogLine,
  logLineSchema,
  type RunSummary,
  runSummarySchema,
} from '../json/index.ts'

/**
 * A message of the feed of one run. Text frames are JSON arrays of them; binary frames are output frames that name their output. Of each kind the order is that of
 * what happened.
 */
export type RunFeedMessage =
  /** First on every connection. Log lines that follow have numbers above `seq`. */
  | { readonly type: 'hello'; readonly seq: number; readonly time: ApiTime; readonly version: string }
  /** The run as it is now: at the beginning, and whenever it changed. */
  | { readonly type: 'run'; readonly run: RunSummary }
  /** Its metadata, whole: at the beginning, and whenever it changed. */
  | { readonly type: 'meta'; readonly meta: JsonObject }
  /** A line of its log, with its number. */
  | { readonly type: 'log'; readonly seq: number; readonly line: LogLine }
  /** An output has this many bytes now. */
  | {
      readonly type: 'output'
      readonly output_id: string
      readonly name: string
      readonly length: number
      readonly content_type: string
    }
  /** It has finished, and all there is was sent. The socket stays open: a finished run may be marked. */
  | { readonly type: 'end'; readonly seq: number }

export const runFeedMessageSchema: z.ZodType<RunFeedMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), seq: z.int(), time: apiTimeSchema, version: z.string() }),
  z.object({ type: z.literal('run'), run: runSummarySchema }),
  z.object({ type: z.literal('meta'), meta: jsonObjectSchema }),
  z.object({ type: z.literal('log'), seq: z.int(), line: logLineSchema }),
  z.object({
    type: z.literal('output'),
    output_id: z.string(),
    name: z.string(),
    length: z.int(),
    content_type: z.string(),
  }),
  z.object({ type: z.literal('end'), seq: z.int() }),
])

const KNOWN_TYPES: readonly string[] = ['hello', 'run', 'meta', 'log', 'output', 'end']

/** The messages of a text frame; types that a newer server may add are left out. Throws `SyntaxError` or zod's error where it is no frame. */
export function parseRunFeedFrame(text: string): readonly RunFeedMessage[] {
  const items = z.array(z.object({ type: z.string() }).loose()).parse(JSON.parse(text))
  return items.filter(({ type }) => KNOWN_TYPES.includes(type)).map((item) => runFeedMessageSchema.parse(item))
}

/** Where a reader of one run is: the number of its last log line, and how many bytes it has of each output that it wants. */
export interface RunFeedPosition {
  readonly seq: number
  readonly outputs: Readonly<Record<string, number>>
}

/** Path of the feed of one run, from a position on. Outputs that are not in it are not sent. */
export function runFeedPath(runId: string, { seq, outputs }: RunFeedPosition): string {
  const wanted = Object.entries(outputs).map(([id, start]) => `&output=${encodeURIComponent(`${id}:${start}`)}`)
  return `/api/v1/runs/${encodeURIComponent(runId)}/feed?since=${seq}${wanted.join('')}`
}
