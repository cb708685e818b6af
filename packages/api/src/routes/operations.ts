import { FINISHED, type FinishedState } from '@apsis/core/run'
import { z } from 'zod'
import { type RerunJson, type RunsJson, rerunJsonSchema, runsJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { type RunParams, runParams } from './runs.ts'
import { runIdParam } from './values.ts'

const empty: z.ZodType<Nothing> = z.object({})

/** Starts a scheduled run early (its conditions still apply), or a waiting run past its conditions. */
export const startRun: Route<RunParams, Nothing, never, Nothing> = {
  name: 'startRun',
  methods: ['POST'],
  path: '/api/v1/runs/:run_id/start',
  tag: 'operations',
  summary: 'Starts a scheduled run early (its conditions still apply), or a waiting run past its conditions.',
  params: runParams,
  query: nothing,
  body: null,
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'CONFLICT', 'BUSY'],
}

/** Skips a scheduled or waiting run. */
export const skipRun: Route<RunParams, Nothing, never, Nothing> = {
  name: 'skipRun',
  methods: ['POST'],
  path: '/api/v1/runs/:run_id/skip',
  tag: 'operations',
  summary: 'Skips a scheduled or waiting run.',
  params: runParams,
  query: nothing,
  body: null,
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'CONFLICT', 'BUSY'],
}

/** Stops a run: its stop signal, then SIGKILL after the grace period. */
export const stopRun: Route<RunParams, Nothing, never, RunsJson> = {
  name: 'stopRun',
  methods: ['PUT', 'POST'],
  path: '/api/v1/runs/:run_id/stop',
  tag: 'operations',
  summary: 'Stops a run: its stop signal to the whole tree, then SIGKILL after its grace period.',
  params: runParams,
  query: nothing,
  body: null,
  reply: runsJsonSchema,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'AGENT_UNREACHABLE', 'CONFLICT', 'BUSY'],
}

export interface SignalParams extends RunParams {
  /** A number, `SIGTERM` or `TERM`. */
  readonly signal: string
}

/** Sends a signal to the program of a run. */
export const signalRun: Route<SignalParams, Nothing, never, Nothing> = {
  name: 'signalRun',
  methods: ['PUT', 'POST'],
  path: '/api/v1/runs/:run_id/signal/:signal',
  tag: 'operations',
  summary: 'Sends a signal, by number or name, to the program of a running or stopping run.',
  params: z.object({ run_id: runIdParam, signal: z.string().min(1) }),
  query: nothing,
  body: null,
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'AGENT_UNREACHABLE', 'CONFLICT', 'BUSY'],
}

export interface MarkParams extends RunParams {
  readonly state: FinishedState
}

/** Moves a finished run to another finished state. */
export const markRun: Route<MarkParams, Nothing, never, Nothing> = {
  name: 'markRun',
  methods: ['PUT', 'POST'],
  path: '/api/v1/runs/:run_id/mark/:state',
  tag: 'operations',
  summary: 'Moves a finished run to another finished state; the actions of its job for that state follow.',
  params: z.object({
    run_id: runIdParam,
    state: z.enum(FINISHED, {
      error: (issue) => `not a state: '${String(issue.input)}'; expected one of ${FINISHED.join(', ')}`,
    }),
  }),
  query: nothing,
  body: null,
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'RUN_MARK_SAME', 'CONFLICT', 'BUSY'],
}

/** Runs the same job with the same args again, now. */
export const rerunRun: Route<RunParams, Nothing, never, RerunJson> = {
  name: 'rerunRun',
  methods: ['POST'],
  path: '/api/v1/runs/:run_id/rerun',
  tag: 'operations',
  summary: 'Makes a new run of the same job and args, now; the two are linked.',
  params: runParams,
  query: nothing,
  body: null,
  reply: rerunJsonSchema,
  errors: ['RUN_UNKNOWN', 'JOB_UNKNOWN', 'ARGS', 'CONFLICT', 'BUSY'],
}
