import type { Instant } from '../time/instant.ts'
import { finish, leavingScheduled } from './finish.ts'
import { armScheduled, dueWhileHeld, stopTimeText } from './hold.ts'
import type { Effect, RunFact, RunInput } from './input.ts'
import { metText } from './met-text.ts'
import { changed, ignored, refused, type StepResult } from './outcome.ts'
import { withReason } from './reason.ts'
import type { Bound, Handle, NewRun, Run, ScheduledRun, StartingRun, WaitingRun } from './run.ts'

/** new → scheduled. */
export function schedule(run: NewRun, message: string, now: Instant): StepResult {
  const scheduled: ScheduledRun = { ...run, state: 'scheduled', held: null, times: { ...run.times, scheduled: now } }
  const facts: RunFact[] = [{ type: 'state', state: 'scheduled', message }]
  if (run.times.stop !== undefined) facts.push({ type: 'log', message: stopTimeText(run.times.stop) })
  return changed(scheduled, facts, armScheduled(scheduled, now))
}

/** The time of a scheduled run has come. */
export function due(run: ScheduledRun, input: Extract<RunInput, { type: 'due' }>, now: Instant): StepResult {
  if (run.held !== null) return dueWhileHeld(run, run.held)
  return begin(run, input, [], now)
}

/** scheduled → waiting when it has conditions, else starting; error when it could not be bound. */
export function begin(
  run: ScheduledRun,
  input: Extract<RunInput, { type: 'due' | 'start' }>,
  facts: readonly RunFact[],
  now: Instant,
): StepResult {
  const { bind } = input
  if (!bind.ok) return finish(run, 'error', bind.message, now, { facts })
  if (bind.bound.conditions.length === 0) return startWith(run, bind.bound, input, facts, now)
  const { id, jobId, args, labels, origin, version } = run
  const waiting: WaitingRun = {
    id,
    jobId,
    args,
    labels,
    origin,
    version,
    state: 'waiting',
    bound: bind.bound,
    waitingFor: null,
    times: { ...run.times, waiting: now },
  }
  return changed(
    waiting,
    [...facts, { type: 'state', state: 'waiting', message: 'waiting' }],
    [...leavingScheduled(run), { type: 'evaluate' }],
  )
}

/** What the conditions say of a waiting run. */
export function evaluated(run: WaitingRun, input: Extract<RunInput, { type: 'evaluated' }>, now: Instant): StepResult {
  const { outcome } = input
  const met = (input.met ?? []).map((because): RunFact => ({ type: 'log', message: metText(because) }))
  switch (outcome.type) {
    case 'ready':
      return startWith(run, run.bound, input, met, now)
    case 'goto':
      return finish(run, outcome.state, outcome.because, now, { facts: met })
    case 'waiting': {
      const before = run.waitingFor
      const same = before?.index === outcome.index
      if (same && before.because === outcome.because && met.length === 0) return ignored(run)
      const text = run.bound.conditions[outcome.index]?.str ?? outcome.because
      // Another reason of the same condition is no line of the log, but whoever watches the run must hear of it.
      const fact: RunFact = same ? { type: 'meta' } : { type: 'log', message: `waiting until: ${text}` }
      return changed({ ...run, waitingFor: { index: outcome.index, because: outcome.because } }, [...met, fact])
    }
  }
}

/** → starting. The handle's id is durable before anything is asked; the effects come after the commit. */
export function startWith(
  run: ScheduledRun | WaitingRun,
  bound: Bound,
  { handle, choice }: Extract<RunInput, { readonly handle: Handle }>,
  facts: readonly RunFact[],
  now: Instant,
): StepResult {
  const { id, jobId, args, labels, origin, version } = run
  const starting: StartingRun = {
    id,
    jobId,
    args,
    labels,
    origin,
    version,
    state: 'starting',
    bound,
    handle,
    times: { ...run.times, starting: now },
  }
  return changed(
    starting,
    [...facts, { type: 'state', state: 'starting', message: 'starting' }, ...chosen(choice)],
    [...(run.state === 'scheduled' ? leavingScheduled(run) : []), ask(handle)],
  )
}

/** An agent was chosen for a run that had none. */
export function assigned(run: Run, { agent, choice }: Extract<RunInput, { type: 'assigned' }>): StepResult {
  if (run.state !== 'starting' || run.handle.on !== 'agent' || run.handle.agent !== null) return ignored(run)
  return changed({ ...run, handle: { ...run.handle, agent } }, chosen(choice), [
    { type: 'disarm', key: 'assign' },
    { type: 'launch', again: false },
  ])
}

/** The agent was never asked: the run looks for another. */
export function unassigned(run: Run): StepResult {
  if (run.state !== 'starting' || run.handle.agent === null) return ignored(run)
  return changed({ ...run, handle: { ...run.handle, agent: null } }, [], [{ type: 'assign' }])
}

/** A user starts the run: early, or past its conditions. */
export function startByOverride(run: Run, input: Extract<RunInput, { type: 'start' }>, now: Instant): StepResult {
  const message = withReason(`${run.state} run started by override`, input.reason)
  if (run.state === 'scheduled') return begin(run, input, [{ type: 'log', message }], now)
  if (run.state === 'waiting') return startWith(run, run.bound, input, [{ type: 'log', message }], now)
  return refused('RUN_STATE', `can't start ${run.id} in state ${run.state}`)
}

function chosen(choice: string | null | undefined): readonly RunFact[] {
  return choice === null || choice === undefined ? [] : [{ type: 'log', message: choice }]
}

/** What a starting run needs next: an agent, or its launch. */
export function ask(handle: Handle): Effect {
  return handle.on === 'agent' && handle.agent === null ? { type: 'assign' } : { type: 'launch', again: false }
}
