import type { Instant } from '../time/instant.ts'
import { ask } from './begin.ts'
import { armScheduled } from './hold.ts'
import type { Effect, RunInput } from './input.ts'
import { armTakenUp } from './progress.ts'
import type { Run } from './run.ts'
import { stopTakenUp } from './stop.ts'

/** What an unfinished run needs when a server takes it up: called once for each at start. Nothing is decided about a process here: its agent is asked. */
export function recover(run: Run, now: Instant): readonly Effect[] {
  switch (run.state) {
    case 'scheduled':
      return armScheduled(run, now).filter(({ type }) => type === 'arm')
    case 'waiting':
      return [{ type: 'evaluate' }]
    case 'starting':
      return run.handle.agent === null ? [ask(run.handle)] : [{ type: 'resume' }]
    case 'running':
      return [{ type: 'resume' }, ...armTakenUp(run, now)]
    case 'stopping':
      return [{ type: 'resume' }, ...stopTakenUp(run, now)]
    case 'new':
    case 'success':
    case 'failure':
    case 'error':
    case 'skipped':
      return []
  }
}

/**
 * What follows for a run when the agent of its handle registers and says which procs it holds. The agent is the source of truth:
 * it forgets a proc only after the server said that it has everything.
 */
export function reconcile(
  run: Run,
  holds: boolean,
): { readonly inputs: readonly RunInput[]; readonly effects: readonly Effect[] } {
  if (run.state !== 'starting' && run.state !== 'running' && run.state !== 'stopping') {
    return { inputs: [], effects: holds ? [{ type: 'release' }] : [] }
  }
  if (holds) return { inputs: [{ type: 'reachable' }], effects: [{ type: 'resume' }] }
  // Asked, but the request never arrived: asking again starts it once.
  if (run.state === 'starting') return { inputs: [], effects: [{ type: 'launch', again: true }] }
  const ran = run.times.running !== undefined
  const message = ran ? 'the agent came back without the process: its result is lost' : 'stopped before it was started'
  return {
    inputs: [{ type: 'ended', outcome: 'error', message, startedAt: null, at: null, meta: null }],
    effects: [],
  }
}
