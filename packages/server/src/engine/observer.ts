import { isFinished, type Run } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'

/** Told of what happens once it is durable, in the engine's turn: small, synchronous, and never throwing. */
export interface Observer {
  /** A run was made. */
  made(run: Run): void
  /**
   * The run left `scheduled`. `latenessMs`: since its schedule time, or since it was asked for where that was later, from 0; null where that says
   * nothing: it is of a backfill, was held until after its time, or was started early.
   */
  started(run: Run, latenessMs: Duration | null): void
  /** The run is known to run. */
  running(run: Run): void
  /** The run ended; called once for each. */
  finished(run: Run): void
  /** A commit is given to the store. */
  committing(): void
  /** A commit became durable, `ms` after the store was first given it. `writes`: changes of runs in it. `facts`: facts that it added. */
  committed(ms: Duration, writes: number, facts: number): void
  /** The store did not take a commit; it is tried again. */
  commitFailed(): void
}

/** Tells of one change of a run. */
export function observeChange(observe: Observer, before: Run, after: Run, now: Instant): void {
  if (before.state === 'new') observe.made(after)
  if (before.state === 'scheduled' && (after.state === 'starting' || after.state === 'waiting')) {
    observe.started(after, before.held?.due === true ? null : latenessOf(after, now))
  }
  if (before.state === 'starting' && after.state === 'running') observe.running(after)
  if (isFinished(after.state) && !isFinished(before.state)) observe.finished(after)
}

function latenessOf({ times, origin }: Run, now: Instant): Duration | null {
  const { schedule, scheduled } = times
  if (schedule === undefined || origin.type === 'backfill' || now < schedule) return null
  // What asks for a run of the past is not late itself.
  const due = origin.type === 'schedule' ? schedule : Math.max(schedule, scheduled ?? schedule)
  return Math.max(0, now - due)
}
