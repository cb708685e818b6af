import type { Run, RunId } from '@apsis/core/run'
import type { Reader } from '@apsis/store/port'

/** The version of a scheduled run that nothing has happened to yet. */
const FRESH = 1
/** Runs that are read at a time. */
const PAGE = 500

/** Whether somebody holds the run. */
export function isHeld(run: Run | null): boolean {
  return run?.state === 'scheduled' && run.held !== null
}

/**
 * Of the runs of coming instants those that were held when they were read. Only runs that something has happened to are looked at, page by page: after a
 * change of their job's labels that is all of them.
 */
export async function heldRuns(
  pending: readonly { readonly runId: RunId | null; readonly runVersion: number }[],
  read: Pick<Reader, 'runs'>,
): Promise<ReadonlySet<RunId>> {
  const held = new Set<RunId>()
  const touched = pending.flatMap(({ runId, runVersion }) => (runId !== null && runVersion > FRESH ? [runId] : []))
  for (let start = 0; start < touched.length; start += PAGE) {
    const ids = touched.slice(start, start + PAGE)
    const { runs } = await read.runs({ filter: { ids }, limit: ids.length })
    for (const run of runs) if (isHeld(run)) held.add(run.id)
  }
  return held
}
