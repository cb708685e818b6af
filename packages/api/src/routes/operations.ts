import { FINISHED, type FinishedState } from '@apsis/core/run'
import { z } from 'zod'
import { type RerunJson, type RunsJson, rerunJsonSchema, runsJsonSchema } from '../json/index.ts'
import { type Nothing, nothing, type Route } from './route.ts'
import { type RunParams, runParams } from './runs.ts'
import { optional, type ReasonBody, reasonBody, reasonText, runIdParam, timeText } from './values.ts'

const empty: z.ZodType<Nothing> = z.object({})

/** Starts a scheduled run early (its conditions still apply), or a waiting run past its conditions. */
export const startRun: Route<RunParams, Nothing, ReasonBody, Nothing> = {
  name: 'startRun',
  methods: ['POST'],
  path: '/api/v1/runs/:run_id/start',
  tag: 'operations',
  summary: 'Starts a scheduled run early (its conditions still apply), or a waiting run past its conditions.',
  params: runParams,
  query: nothing,
  body: reasonBody,
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'REQUEST', 'CONFLICT', 'BUSY'],
}

/** Skips a scheduled or waiting run. */
export const skipRun: Route<RunParams, Nothing, ReasonBody, Nothing> = {
  name: 'skipRun',
  methods: ['POST'],
  path: '/api/v1/runs/:run_id/skip',
  tag: 'operations',
  summary: 'Skips a scheduled or waiting run.',
  params: runParams,
  query: nothing,
  body: reasonBody,
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'REQUEST', 'CONFLICT', 'BUSY'],
}

/** Stops a run: its stop signal, then SIGKILL after the grace period. */
export const stopRun: Route<RunParams, Nothing, ReasonBody, RunsJson> = {
  name: 'stopRun',
  methods: ['PUT', 'POST'],
  path: '/api/v1/runs/:run_id/stop',
  tag: 'operations',
  summary: 'Stops a run: its stop signal to the whole tree, then SIGKILL after its grace period.',
  params: runParams,
  query: nothing,
  body: reasonBody,
  reply: runsJsonSchema,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'REQUEST', 'CONFLICT', 'UNRECORDED', 'BUSY'],
}

export interface SignalParams extends RunParams {
  /** A number, `SIGTERM` or `TERM`. */
  readonly signal: string
}

/** Sends a signal to the program of a run. */
export const signalRun: Route<SignalParams, Nothing, ReasonBody, Nothing> = {
  name: 'signalRun',
  methods: ['PUT', 'POST'],
  path: '/api/v1/runs/:run_id/signal/:signal',
  tag: 'operations',
  summary: 'Sends a signal, by number or name, to the program of a running or stopping run.',
  params: z.object({ run_id: runIdParam, signal: z.string().min(1) }),
  query: nothing,
  body: reasonBody,
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'AGENT_UNREACHABLE', 'REQUEST', 'CONFLICT', 'UNRECORDED', 'BUSY'],
}

export interface MarkParams extends RunParams {
  readonly state: FinishedState
}

/** Moves a finished run to another finished state. */
export const markRun: Route<MarkParams, Nothing, ReasonBody, Nothing> = {
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
  body: reasonBody,
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'RUN_MARK_SAME', 'REQUEST', 'CONFLICT', 'BUSY'],
}

/** Runs the same job with the same args again, now. */
export const rerunRun: Route<RunParams, Nothing, ReasonBody, RerunJson> = {
  name: 'rerunRun',
  methods: ['POST'],
  path: '/api/v1/runs/:run_id/rerun',
  tag: 'operations',
  summary: 'Makes a new run of the same job and args, now; the two are linked.',
  params: runParams,
  query: nothing,
  body: reasonBody,
  reply: rerunJsonSchema,
  errors: ['RUN_UNKNOWN', 'JOB_UNKNOWN', 'ARGS', 'REQUEST', 'CONFLICT', 'BUSY'],
}

export interface HoldBody extends ReasonBody {
  /** A time; absent or null: until it is released. */
  readonly until?: string | null
}

/** Holds a coming run. */
export const holdRun: Route<RunParams, Nothing, HoldBody, Nothing> = {
  name: 'holdRun',
  methods: ['POST', 'PUT'],
  path: '/api/v1/runs/:run_id/hold',
  tag: 'operations',
  summary: 'Holds a scheduled run: it does not begin, its time past too, until it is released, or until a time.',
  params: runParams,
  query: nothing,
  body: optional({ until: timeText.nullable().exactOptional(), reason: reasonText }),
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'REQUEST', 'CONFLICT', 'BUSY'],
}

/** Releases a held run. */
export const releaseRun: Route<RunParams, Nothing, ReasonBody, Nothing> = {
  name: 'releaseRun',
  methods: ['POST', 'PUT'],
  path: '/api/v1/runs/:run_id/release',
  tag: 'operations',
  summary: 'Releases a held run: it begins in time, or at once where its time has passed.',
  params: runParams,
  query: nothing,
  body: reasonBody,
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'REQUEST', 'CONFLICT', 'BUSY'],
}

export interface MoveBody extends ReasonBody {
  /** A time; one that has passed: at once. */
  readonly time: string
}

/** Moves a coming run to another time. */
export const moveRun: Route<RunParams, Nothing, MoveBody, Nothing> = {
  name: 'moveRun',
  methods: ['POST', 'PUT'],
  path: '/api/v1/runs/:run_id/move',
  tag: 'operations',
  summary: 'Moves a scheduled run to another time, its stop time with it; it begins at once where that has passed.',
  params: runParams,
  query: nothing,
  body: z.strictObject({ time: timeText, reason: reasonText }),
  reply: empty,
  errors: ['RUN_UNKNOWN', 'RUN_STATE', 'REQUEST', 'CONFLICT', 'BUSY'],
}
