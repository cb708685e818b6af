import type { JsonObject } from '../json/index.ts'
import type { Instant } from '../time/instant.ts'
import { finish } from './finish.ts'
import { armScheduled } from './hold.ts'
import type { Effect, RunFact, RunInput } from './input.ts'
import { changed, ignored, type StepResult } from './outcome.ts'
import type { Run, RunningRun, StartingRun } from './run.ts'
import { stopAgain } from './stop.ts'

/** The program runs. A repeat (after a reconnect) says anew for how long it has: its timeout counts from there. */
export function started(run: Run, at: Instant, meta: JsonObject | null, now: Instant): StepResult {
  if (run.state === 'starting') {
    const running = toRunning(run, at)
    const effects = [...armStop(running), ...armTimeout(running, at)]
    return changed(running, [{ type: 'state', state: 'running', message: 'running' }], effects, meta)
  }
  if (run.state === 'stopping' && run.times.running === undefined) {
    const times = { ...run.times, running: at }
    // The first request may wait for what the store does not take; of a process that is known to run, this one need not.
    return changed(
      { ...run, times },
      [{ type: 'log', message: 'started while being stopped' }],
      [stopAgain(run, now)],
      meta,
    )
  }
  return ignored(run, run.state === 'running' ? armTimeout(run, at) : [])
}

/** New metadata of a live run. */
export function progress(run: Run, meta: JsonObject): StepResult {
  return run.state === 'running' || run.state === 'stopping' ? changed(run, [], [], meta) : ignored(run)
}

/** The program ended. Of a run that has ended already, only the agent's copy is left to release. */
export function ended(run: Run, input: Extract<RunInput, { type: 'ended' }>, now: Instant): StepResult {
  const { outcome, message, meta, at, elapsed = null } = input
  switch (run.state) {
    case 'starting': {
      // An end in error that never ran goes straight to error; all else ran, however shortly.
      if (outcome === 'error' && input.startedAt === null) return finish(run, 'error', message, now, { meta })
      const facts: RunFact[] = [{ type: 'state', state: 'running', message: 'running' }]
      return finish(toRunning(run, input.startedAt ?? at ?? now), outcome, message, now, { facts, meta, at, elapsed })
    }
    case 'running':
      return finish(run, outcome, message, now, { meta, at, elapsed })
    case 'stopping': {
      const running = run.times.running ?? input.startedAt
      const known = running === null || running === undefined ? run : { ...run, times: { ...run.times, running } }
      return finish(known, outcome, message, now, { meta, at, elapsed })
    }
    case 'success':
    case 'failure':
    case 'error':
    case 'skipped':
      return ignored(run, [{ type: 'release' }])
    case 'new':
    case 'scheduled':
    case 'waiting':
      return ignored(run)
  }
}

/** Its agent is not in contact: a state to show, not a failure. */
export function unreachable(run: Run, now: Instant): StepResult {
  if ((run.state !== 'running' && run.state !== 'stopping') || run.unreachableSince !== null) return ignored(run)
  return changed({ ...run, unreachableSince: now }, [
    { type: 'log', message: 'agent not connected: unreachable; the process goes on' },
  ])
}

/** Its agent is in contact again. A stop is asked for again, since the first may not have arrived. */
export function reachable(run: Run, now: Instant): StepResult {
  if (run.state !== 'running' && run.state !== 'stopping') return ignored(run)
  const effects = run.state === 'stopping' ? [stopAgain(run, now)] : []
  if (run.unreachableSince === null) return ignored(run, effects)
  return changed({ ...run, unreachableSince: null }, [{ type: 'log', message: 'agent connected again' }], effects)
}

/** A line for the run log. */
export function note(run: Run, message: string, now: Instant): StepResult {
  if (run.state === 'new') return ignored(run)
  return changed(run, [{ type: 'log', message }], run.state === 'scheduled' ? armScheduled(run, now) : [])
}

function toRunning(run: StartingRun, at: Instant): RunningRun {
  return { ...run, state: 'running', unreachableSince: null, times: { ...run.times, running: at } }
}

/**
 * The timers of a run that runs when a server takes it up. How long a program of an agent has run, its agent says when it is in contact: until then nothing
 * could be stopped anyway, and the wall clock may have been set while no server ran.
 */
export function armTakenUp(run: RunningRun, now: Instant): readonly Effect[] {
  if (run.handle.agent !== null) return armStop(run)
  // It has not run for less than no time.
  return [...armStop(run), ...armTimeout(run, Math.min(run.times.running ?? now, now))]
}

function armStop(run: RunningRun): readonly Effect[] {
  return run.times.stop === undefined ? [] : [{ type: 'arm', key: 'stop', at: run.times.stop }]
}

/** `began`: when the program began, as the present clock would have shown it. */
function armTimeout(run: RunningRun, began: Instant): readonly Effect[] {
  const { timeout } = run.bound.program
  return timeout === null ? [] : [{ type: 'arm', key: 'timeout', at: began + timeout.duration }]
}
