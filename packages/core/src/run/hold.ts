import type { Instant } from '../time/instant.ts'
import { formatInstant } from '../time/instant-text.ts'
import type { Effect, RunFact } from './input.ts'
import { changed, ignored, refused, type StepResult } from './outcome.ts'
import { withReason } from './reason.ts'
import type { Held, Run, ScheduledRun } from './run.ts'

/**
 * Every timer of a scheduled run. Given whole at each change, since a run that is due much later is not in memory: whoever changes it may
 * be the first to take it up.
 */
export function armScheduled(run: ScheduledRun, now: Instant): Effect[] {
  const due: Effect = run.held?.due
    ? { type: 'disarm', key: 'due' }
    : { type: 'arm', key: 'due', at: run.times.schedule ?? now }
  if (run.held === null) return [due]
  const { until } = run.held
  return [due, until === null ? { type: 'disarm', key: 'hold' } : { type: 'arm', key: 'hold', at: until }]
}

/** A user holds a coming run, or a pause one that is due. Of one that is held already, how long and why are those given last. */
export function hold(
  run: Run,
  {
    until,
    reason,
    pause,
  }: { readonly until: Instant | null; readonly reason: string | null; readonly pause: string | null },
  now: Instant,
): StepResult {
  if (run.state !== 'scheduled') return refused('RUN_STATE', `can't hold ${run.id} in state ${run.state}`)
  if (until !== null && until <= now) {
    return refused('REQUEST', `can't hold ${run.id} until ${formatInstant(until)}: expected a time to come`)
  }
  const held: Held = { since: run.held?.since ?? now, until, reason, due: run.held?.due ?? pause !== null, pause }
  const next: ScheduledRun = { ...run, held }
  const text = until === null ? 'held' : `held until ${formatInstant(until)}`
  return changed(next, [{ type: 'log', message: withReason(text, reason) }], armScheduled(next, now))
}

/** A held run is held no longer. Its due timer fires at once where its time has passed. */
export function release(run: Run, reason: string | null, now: Instant): StepResult {
  if (run.state !== 'scheduled') return refused('RUN_STATE', `can't release ${run.id} in state ${run.state}`)
  if (run.held === null) return refused('RUN_STATE', `can't release ${run.id}: run is not held`)
  return released(run, withReason('released', reason), now)
}

/** The time until which a run was held has come. A timer that was set anew meanwhile changes nothing. */
export function holdEnded(run: Run, now: Instant): StepResult {
  if (run.state !== 'scheduled' || run.held === null || run.held.until === null) return ignored(run)
  if (run.held.until > now) return ignored(run, armScheduled(run, now))
  return released(run, 'released: the time until which it was held has come', now)
}

/** The run as it is now: what is not in memory is released late, and is held no longer all the same once the time has come. */
export function withoutEndedHold(run: Run, now: Instant): Run {
  if (run.state !== 'scheduled' || run.held === null || run.held.until === null || run.held.until > now) return run
  return { ...run, held: null }
}

function released(run: ScheduledRun, message: string, now: Instant): StepResult {
  const next: ScheduledRun = { ...run, held: null }
  return changed(next, [{ type: 'log', message }], [{ type: 'disarm', key: 'hold' }, ...armScheduled(next, now)])
}

/** The time of a held run has come: noted once, so that its instant gets its verdict. */
export function dueWhileHeld(run: ScheduledRun, held: Held): StepResult {
  if (held.due) return ignored(run)
  const message = withReason('due, but held', held.reason)
  return changed({ ...run, held: { ...held, due: true } }, [{ type: 'log', message }])
}

/** A user moves a coming run. Its args stay, its stop time moves with it, and a hold goes on. */
export function move(run: Run, time: Instant, reason: string | null, now: Instant): StepResult {
  if (run.state !== 'scheduled') return refused('RUN_STATE', `can't move ${run.id} in state ${run.state}`)
  const { schedule, stop } = run.times
  if (schedule === time) return ignored(run, armScheduled(run, now))
  const times = { ...run.times, schedule: time }
  if (stop !== undefined && schedule !== undefined) times.stop = stop + (time - schedule)
  const next: ScheduledRun = { ...run, times, held: run.held === null ? null : { ...run.held, due: false } }
  const from = schedule === undefined ? '' : ` from ${formatInstant(schedule)}`
  const facts: RunFact[] = [{ type: 'log', message: withReason(`moved${from} to ${formatInstant(time)}`, reason) }]
  if (times.stop !== undefined) facts.push({ type: 'log', message: stopTimeText(times.stop) })
  return changed(next, facts, armScheduled(next, now))
}

/** The line of the log that says when a run is to be stopped. */
export function stopTimeText(at: Instant): string {
  return `stop time: ${formatInstant(at)}`
}
