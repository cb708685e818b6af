import type { ShutdownState } from '@apsis/wire/message'
import { command } from './commands.ts'
import type { ShutdownHow } from './input.ts'
import { unended } from './life.ts'
import { SECOND } from './now.ts'
import { SERVER, send, type Step } from './state.ts'

/** How far the end of the agent is. Deadlines in ns of the monotonic clock. */
export type Shutdown =
  | { readonly phase: 'active' | 'idling' | 'done' }
  /** Procs were told to end; SIGKILL at the deadline. */
  | { readonly phase: 'terminating'; readonly idling: boolean; readonly deadline: bigint }
  /** Waits for the server to take the results and delete the procs. */
  | { readonly phase: 'deleting'; readonly idling: boolean; readonly deadline: bigint }

// spec/procstar.md 6.1
const TERMINATE_WITHIN = 60
const DELETE_WITHIN = 5
const SIGTERM = 15
const SIGKILL = 9

/** What the server is told (spec/procstar.md 6.2): while procs are ended on request, the agent still counts as active. */
export function shutdownState(shutdown: Shutdown): ShutdownState {
  if (shutdown.phase === 'terminating' || shutdown.phase === 'deleting') return shutdown.idling ? 'idling' : 'active'
  return shutdown.phase
}

/** Whether time alone brings the end on. */
export function hasDeadline(shutdown: Shutdown): boolean {
  return shutdown.phase === 'terminating' || shutdown.phase === 'deleting'
}

/** Begins or hastens the end: a second `terminate` is a `kill`, and what comes after that waits for nobody. */
export function shutDown(step: Step, how: ShutdownHow): void {
  const { shutdown } = step.state
  if (shutdown.phase === 'done') return
  if (how === 'finish') return become(step, { phase: 'done' })
  if (how === 'idle') {
    if (shutdown.phase === 'active') become(step, { phase: 'idling' })
    return
  }
  const idling = shutdownState(shutdown) === 'idling'
  if (how === 'terminate' && (shutdown.phase === 'active' || shutdown.phase === 'idling')) {
    stopAll(step, SIGTERM, TERMINATE_WITHIN * 1000)
    become(step, { phase: 'terminating', idling, deadline: step.now.mono + BigInt(TERMINATE_WITHIN) * SECOND })
    return
  }
  if (shutdown.phase === 'deleting') become(step, { phase: 'done' })
  else kill(step, idling)
}

/** Goes on with the end, as far as procs and time allow. Called after every input. */
export function progress(step: Step): void {
  const { shutdown, procs } = step.state
  switch (shutdown.phase) {
    case 'active':
    case 'done':
      return
    case 'idling':
      if (procs.size === 0) become(step, { phase: 'done' })
      return
    case 'terminating':
      if (procs.unended === 0) awaitDeletes(step, shutdown.idling)
      else if (step.now.mono >= shutdown.deadline) kill(step, shutdown.idling)
      return
    case 'deleting':
      if (procs.size === 0 || step.now.mono >= shutdown.deadline) become(step, { phase: 'done' })
  }
}

function kill(step: Step, idling: boolean): void {
  stopAll(step, SIGKILL, 0)
  awaitDeletes(step, idling)
}

function awaitDeletes(step: Step, idling: boolean): void {
  become(step, { phase: 'deleting', idling, deadline: step.now.mono + BigInt(DELETE_WITHIN) * SECOND })
  progress(step)
}

// The grace period is the monitor's to keep, so that it ends even when the agent is killed meanwhile.
function stopAll(step: Step, signum: number, grace: number): void {
  for (const proc of unended(step.state.procs.values())) {
    const own = signum === SIGKILL ? null : proc.stop
    const policy = { signum: own?.signum ?? signum, grace: Math.min(grace, own?.grace ?? grace) }
    command(step, proc, { command: { what: 'stop', ...policy }, for: null })
  }
}

function become(step: Step, next: Shutdown): void {
  const before = shutdownState(step.state.shutdown)
  step.state.shutdown = next
  const after = shutdownState(next)
  if (after !== before) send(step, SERVER, { type: 'ShutDown', shutdown_state: after })
  if (next.phase === 'done') step.out.push({ do: 'finish' })
}
