import type { Instant } from '../time/instant.ts'
import { finish } from './finish.ts'
import { holdEnded } from './hold.ts'
import type { Effect, RunInput, TimerKey } from './input.ts'
import { type Accepted, changed, ignored, refused, type StepResult } from './outcome.ts'
import { withReason } from './reason.ts'
import type { Run, RunningRun, StartingRun, Stopping, StoppingRun } from './run.ts'

const SIGKILL = 9

/** A user stops the run. Accepted in starting too (spec/decisions.md); a repeat in stopping changes nothing. */
export function stop(run: Run, reason: string | null | undefined, now: Instant): StepResult {
  if (run.state === 'stopping') return ignored(run)
  if (run.state === 'running') return stopping(run, 'stop', run.bound.program.stop.signal, now, reason)
  if (run.state === 'starting') {
    // Nothing was asked yet, so nothing can have started.
    if (run.handle.on === 'agent' && run.handle.agent === null) {
      return finish(run, 'error', withReason('stopped before it was started', reason), now, {})
    }
    return stopping(run, 'stop', run.bound.program.stop.signal, now, reason)
  }
  return refused('RUN_STATE', `can't stop run ${run.id}: run is ${run.state}`)
}

/** → stopping: the signal now, SIGKILL to the tree after the grace period. */
function stopping(
  run: StartingRun | RunningRun,
  reason: Stopping['reason'],
  signal: number,
  now: Instant,
  given: string | null | undefined = null,
): Accepted {
  const grace = run.bound.program.stop.grace
  const killAt = grace === null ? null : now + grace
  const next: StoppingRun = {
    ...run,
    state: 'stopping',
    unreachableSince: run.state === 'running' ? run.unreachableSince : null,
    stopping: { reason, signal, killAt },
    times: { ...run.times, stopping: now },
  }
  const why = { stop: 'stopping', timeout: 'stopping: timeout', schedule: 'stopping: stop time' }[reason]
  const effects: Effect[] = [
    { type: 'disarm', key: 'stop' },
    { type: 'disarm', key: 'timeout' },
    { type: 'stop', signum: signal, grace },
  ]
  if (killAt !== null) effects.push({ type: 'arm', key: 'kill', at: killAt })
  return changed(next, [{ type: 'state', state: 'stopping', message: withReason(why, given) }], effects)
}

/**
 * What a stopping run needs of its agent when that is back: as at first, or SIGKILL where that was sent. The timer that was armed at first knows when the
 * grace period is over; the wall clock may have been set since.
 */
export function stopAgain(run: StoppingRun, now: Instant): Effect {
  const { killAt, signal } = run.stopping
  const { grace } = run.bound.program.stop
  if (killAt === null || grace === null) return { type: 'stop', signum: signal, grace: null }
  if (signal === SIGKILL) return { type: 'stop', signum: SIGKILL, grace: 0 }
  const left = killAt - now
  return { type: 'stop', signum: signal, grace: left > 0 && left < grace ? left : grace }
}

/** What a stopping run needs after a restart: nothing but the wall clock knows how much of the grace period is left, and it is never more than all of it. */
export function stopTakenUp(run: StoppingRun, now: Instant): readonly Effect[] {
  const { killAt, signal } = run.stopping
  const { grace } = run.bound.program.stop
  if (killAt === null || grace === null || signal === SIGKILL) return [stopAgain(run, now)]
  const left = Math.max(0, Math.min(killAt - now, grace))
  const again: Effect =
    left === 0 ? { type: 'stop', signum: SIGKILL, grace: 0 } : { type: 'stop', signum: signal, grace: left }
  return [again, { type: 'arm', key: 'kill', at: now + left }]
}

/** A timer of the run fired. One that no longer matters changes nothing. */
export function timer(run: Run, key: TimerKey, now: Instant): StepResult {
  if (key === 'hold') return holdEnded(run, now)
  if (run.state === 'running' && key === 'stop') {
    return stopping(run, 'schedule', run.bound.program.stop.signal, now)
  }
  if (run.state === 'running' && key === 'timeout') {
    const timeout = run.bound.program.timeout
    return timeout === null ? ignored(run) : stopping(run, 'timeout', timeout.signal, now)
  }
  if (run.state === 'stopping' && key === 'kill') {
    const killed: StoppingRun = { ...run, stopping: { ...run.stopping, signal: SIGKILL } }
    const text = 'sending SIGKILL: the grace period is over'
    return changed(killed, [{ type: 'log', message: text }], [{ type: 'stop', signum: SIGKILL, grace: 0 }])
  }
  return ignored(run)
}

/** A user sends a signal. */
export function signal(run: Run, { signum, name, reason }: Extract<RunInput, { type: 'signal' }>): StepResult {
  if (run.state !== 'running' && run.state !== 'stopping') {
    return refused('RUN_STATE', `invalid run state for signal: ${run.state}`)
  }
  // A program of the server is no process, and what is being stopped may not have one yet.
  if (run.handle.on === 'server' || run.times.running === undefined) {
    return refused('RUN_STATE', `no running program to send signal to: ${run.id}`)
  }
  return changed(run, [{ type: 'log', message: withReason(`sending ${name}`, reason) }], [{ type: 'signal', signum }])
}
