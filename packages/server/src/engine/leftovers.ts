import type { Reader } from '@apsis/store/port'
import { runOfProc } from './agents/output-sink.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Agents } from './ports.ts'
import type { RetryingReads } from './retrying-reads.ts'

/** A proc id as the engine makes it: the run's id and a UUID. Another one may be of somebody who uses the same agent. */
const OURS = /^r[0-9]+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Releases the procs that an agent still holds of runs that ended: their release did not arrive. So are those of runs that nobody knows, as retention
 * removed them, or an older copy of the store was put back: their proc ids have our form, and numbers that were given out here, perhaps to another run now,
 * which names another proc or none. One that still runs goes on, and is released when it has ended. An agent that another Apsis uses too, with such numbers
 * of its own, must not be shared: nothing in the id tells the two apart. Any other proc is left alone.
 */
export function releaseLeftovers(
  connId: string,
  procIds: readonly string[],
  ports: {
    readonly live: LiveRuns
    readonly read: Pick<Reader, 'run'>
    readonly agents: Pick<Agents, 'release'>
    readonly reads: RetryingReads
    /** Numbers of runs below this were given out. */
    readonly nextRun: () => number
  },
): void {
  const { live, read, agents, reads, nextRun } = ports
  for (const procId of procIds) {
    const id = runOfProc(procId)
    if (id === null || live.ofProc(procId) !== undefined) continue
    reads.add(
      `run ${id}`,
      () => read.run(id),
      (run) => {
        const handle = run !== null && 'handle' in run ? run.handle : null
        const isOver =
          run !== null && handle?.id === procId
            ? 'message' in run
            : OURS.test(procId) && Number(id.slice(1)) < nextRun()
        if (isOver) agents.release(connId, procId)
      },
    )
  }
}
