import type { Instant } from '../time/instant.ts'
import { assigned, due, evaluated, schedule, startByOverride, unassigned } from './begin.ts'
import { mark, skip } from './finish.ts'
import { hold, move, release } from './hold.ts'
import type { RunInput } from './input.ts'
import { ignored, type StepResult } from './outcome.ts'
import { ended, note, progress, reachable, started, unreachable } from './progress.ts'
import { relabel } from './relabel.ts'
import type { Run } from './run.ts'
import { signal, stop, timer } from './stop.ts'

/**
 * The run engine's one decision: what an input makes of a run. Total and pure. Refuses (as a value) what a user asks and the state does not
 * allow; ignores what is late or repeated.
 */
export function step(run: Run, input: RunInput, now: Instant): StepResult {
  switch (input.type) {
    case 'schedule':
      return run.state === 'new' ? schedule(run, input.message, now) : ignored(run)
    case 'due':
      return run.state === 'scheduled' ? due(run, input, now) : ignored(run)
    case 'start':
      return startByOverride(run, input, now)
    case 'evaluated':
      return run.state === 'waiting' ? evaluated(run, input, now) : ignored(run)
    case 'assigned':
      return assigned(run, input)
    case 'unassigned':
      return unassigned(run)
    case 'started':
      return started(run, input.at, input.meta, now)
    case 'progress':
      return progress(run, input.meta)
    case 'ended':
      return ended(run, input, now)
    case 'stop':
      return stop(run, input.reason, now)
    case 'signal':
      return signal(run, input)
    case 'skip':
      return skip(run, input.message, now)
    case 'mark':
      return mark(run, input.state, input.reason)
    case 'hold':
      return hold(run, input, now)
    case 'release':
      return release(run, input.reason, now)
    case 'move':
      return move(run, input.time, input.reason, now)
    case 'relabel':
      return relabel(run, input.labels, now)
    case 'timer':
      return timer(run, input.key, now)
    case 'unreachable':
      return unreachable(run, now)
    case 'reachable':
      return reachable(run, now)
    case 'note':
      return note(run, input.message, now)
  }
}
