import type { Run } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { RunWrite } from '@apsis/store/port'

/** The verdict on the instant of a run, given when the run leaves `scheduled`; null otherwise, and for runs that grew from no instant. */
export function verdictOf(before: Run, after: Run, at: Instant): RunWrite['verdict'] | null {
  if (before.origin.type !== 'schedule' || before.state !== 'scheduled' || after.state === 'scheduled') return null
  switch (after.state) {
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
