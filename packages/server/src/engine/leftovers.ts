import type { Reader } from '@apsis/store/port'
import { runOfProc } from './agents/output-sink.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Agents } from './ports.ts'
import type { RetryingReads } from './retrying-reads.ts'

/** A proc id as the engine makes it: the run's id and a UUID. Another one may be of somebody who uses the same agent. */
const OURS = /^r[0-9]+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Releases the procs that an agent still holds of runs that ended: their release did not arrive. So are those of runs that are gone, as retention
 * removed them: their proc ids have our form, and numbers that were given out here. An agent that another Apsis uses too, with such numbers
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
        const isOver =
          run === null
            ? OURS.test(procId) && Number(id.slice(1)) < nextRun()
            : 'message' in run && run.handle?.id === procId
        if (isOver) agents.release(connId, procId)
      },
    )
  }
}
