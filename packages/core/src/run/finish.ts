import type { JsonObject } from '../json/index.ts'
import type { Duration, Instant } from '../time/instant.ts'
import type { Effect, RunFact } from './input.ts'
import { type Accepted, changed, refused, type StepResult } from './outcome.ts'
import { withReason } from './reason.ts'
import type { FinishedRun, Handle, Run, ScheduledRun } from './run.ts'
import { type FinishedState, isFinished } from './state.ts'

/** What goes with the end of a run. */
export interface Finish {
  readonly facts?: readonly RunFact[]
  readonly meta?: JsonObject | null
  /** When the program really ended, where that is known. */
  readonly at?: Instant | null
  /** How long it ran, where that was measured. */
  readonly elapsed?: Duration | null
}

/** Ends a run. The first end wins: callers never pass a finished run. */
export function finish(
  run: Exclude<Run, FinishedRun>,
  state: FinishedState,
  message: string | null,
  now: Instant,
  with_: Finish,
): Accepted {
  const { id, jobId, args, labels, origin, version, times } = run
  const at = with_.at ?? now
  const handle = 'handle' in run ? run.handle : null
  const finished: FinishedRun = {
    id,
    jobId,
    args,
    labels,
    origin,
    version,
    state,
    bound: 'bound' in run ? run.bound : null,
    handle,
    message,
    // A clock that was set back must not give a negative time.
    elapsed: times.running === undefined ? null : Math.max(0, with_.elapsed ?? at - times.running) / 1000,
    times: { ...times, [state]: at },
  }
  const text = message === null ? state : `${state}: ${message}`
  return changed(
    finished,
    [...(with_.facts ?? []), { type: 'state', state, message: text }],
    [...disarming(run), ...released(handle)],
    with_.meta ?? null,
  )
}

/** Moves a finished run to another finished state. Times and elapsed stay (spec/decisions.md: `mark`). */
export function mark(run: Run, state: FinishedState, reason: string | null | undefined): StepResult {
  if (!isFinished(run.state) || !('message' in run)) {
    return refused('RUN_STATE', `can't mark ${run.id} in state ${run.state}`)
  }
  if (run.state === state) return refused('RUN_MARK_SAME', `run ${run.id} already in state ${state}`)
  return changed({ ...run, state }, [{ type: 'state', state, message: withReason(`marked as ${state}`, reason) }])
}

/** A user, or a pause, skips a run that has not begun. */
export function skip(run: Run, message: string | null, now: Instant): StepResult {
  if (run.state !== 'scheduled' && run.state !== 'waiting') {
    return refused('RUN_STATE', `can't skip ${run.id} in state ${run.state}`)
  }
  return finish(run, 'skipped', message, now, {})
}

/** A run that is no longer scheduled needs no timer of that state. */
export function leavingScheduled(run: ScheduledRun): Effect[] {
  const due: Effect = { type: 'disarm', key: 'due' }
  return run.held === null ? [due] : [due, { type: 'disarm', key: 'hold' }]
}

// An agent holds result and output until it is told that they are durable here.
function released(handle: Handle | null): Effect[] {
  return handle !== null && handle.agent !== null ? [{ type: 'release' }] : []
}

function disarming(run: Run): Effect[] {
  switch (run.state) {
    case 'scheduled':
      return leavingScheduled(run)
    case 'starting':
      return [{ type: 'disarm', key: 'assign' }]
    case 'running':
    case 'stopping':
      return [
        { type: 'disarm', key: 'stop' },
        { type: 'disarm', key: 'timeout' },
        { type: 'disarm', key: 'kill' },
      ]
    case 'new':
    case 'waiting':
    case 'success':
    case 'failure':
    case 'error':
    case 'skipped':
      return []
  }
}
