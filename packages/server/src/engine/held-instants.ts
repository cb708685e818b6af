import type { Run, RunId } from '@apsis/core/run'
import type { Reader } from '@apsis/store/port'

/** The version of a scheduled run that nothing has happened to yet. */
const FRESH = 1

/** Whether somebody holds the run. */
export function isHeld(run: Run | null): boolean {
  return run?.state === 'scheduled' && run.held !== null
}

/** Of the runs of coming instants those that were held when they were read. Only runs that something has happened to are looked at: they are few. */
export async function heldRuns(
  pending: readonly { readonly runId: RunId | null; readonly runVersion: number }[],
  read: Pick<Reader, 'run'>,
): Promise<ReadonlySet<RunId>> {
  const held = new Set<RunId>()
  for (const { runId, runVersion } of pending) {
    if (runId !== null && runVersion > FRESH && isHeld(await read.run(runId))) held.add(runId)
  }
  return held
}
