import type { Args } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { InstantRow } from '@apsis/store/port'

/** Instants that are looked at in one turn; what is missed of them is one commit. */
export const PIECE = 500
// Instants are told apart to the microsecond.
const TICK = 0.001

/** From where on what comes after an instant is looked for. */
export function justAfter(due: Instant): Instant {
  return due + TICK
}

/** The row of an instant that had none, and is missed. */
export function missedRow(
  schedule: { readonly jobId: string; readonly scheduleKey: string },
  { due, args }: { readonly due: Instant; readonly args: Args },
  reason: string,
  decidedAt: Instant,
): InstantRow {
  const { jobId, scheduleKey } = schedule
  return { jobId, scheduleKey, due, args, runId: null, verdict: 'missed', reason, decidedAt }
}
