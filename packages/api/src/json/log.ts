import type { RunFact, RunId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import { z } from 'zod'
import { type ApiTime, apiTimeSchema, formatTime } from './time.ts'

/** A line of a run's log. */
export interface LogLine {
  readonly run_id: string
  readonly timestamp: ApiTime
  readonly message: string
}

/** The log line of a fact; null for facts that are not part of the log. */
export function logLine(runId: RunId, time: Instant, fact: RunFact): LogLine | null {
  switch (fact.type) {
    case 'state':
    case 'log':
      return { run_id: runId, timestamp: formatTime(time), message: fact.message }
    case 'meta':
      return null
  }
}

export const logLineSchema: z.ZodType<LogLine> = z
  .object({ run_id: z.string(), timestamp: apiTimeSchema, message: z.string() })
  .meta({ title: 'LogLine' })
