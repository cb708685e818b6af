import type { Run, ScheduledRun } from '@apsis/core/run'
import { formatInstant, type Instant } from '@apsis/core/time'
import type { RunWrite } from '@apsis/store/port'

/**
 * The verdict on the instant of a run: given when the run leaves `scheduled`, is due while it is held, or is moved to another time. Null
 * otherwise, and for runs that grew from no instant.
 */
export function verdictOf(before: Run, after: Run, at: Instant): RunWrite['verdict'] | null {
  if (before.origin.type !== 'schedule' || before.state !== 'scheduled') return null
  switch (after.state) {
    case 'scheduled':
      return stillScheduled(before, after, at)
    case 'skipped':
      return { verdict: 'skipped', reason: after.message ?? 'skipped by a user', at }
    case 'error':
      return { verdict: 'missed', reason: after.message, at }
    case 'waiting':
    case 'starting':
    case 'new':
    case 'running':
    case 'stopping':
    case 'success':
    case 'failure':
      return { verdict: 'started', reason: null, at }
  }
}

function stillScheduled(before: ScheduledRun, after: ScheduledRun, at: Instant): RunWrite['verdict'] | null {
  const { schedule } = after.times
  if (schedule !== undefined && schedule !== before.times.schedule) {
    return { verdict: 'superseded', reason: `moved to ${formatInstant(schedule)}`, at }
  }
  if (after.held?.due !== true || before.held?.due === true) return null
  return { verdict: 'held', reason: after.held.reason, at }
}
