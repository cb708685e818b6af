import type { Reader } from '@apsis/store/port'
import { runOfProc } from './agents/output-sink.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Agents } from './ports.ts'
import type { RetryingReads } from './retrying-reads.ts'

/** Releases the procs that an agent still holds of runs that ended: their release did not arrive. Procs that are not ours are left alone. */
export function releaseLeftovers(
  connId: string,
  procIds: readonly string[],
  ports: {
    readonly live: LiveRuns
    readonly read: Pick<Reader, 'run'>
    readonly agents: Pick<Agents, 'release'>
    readonly reads: RetryingReads
  },
): void {
  const { live, read, agents, reads } = ports
  for (const procId of procIds) {
    const id = runOfProc(procId)
    if (id === null || live.ofProc(procId) !== undefined) continue
    reads.add(
      `run ${id}`,
      () => read.run(id),
      (run) => {
        if (run !== null && 'message' in run && run.handle?.id === procId) agents.release(connId, procId)
      },
    )
  }
}
