import { appendFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FINISHED } from '@apsis/core/run'
import type { TaskServices } from '@apsis/kinds/runtime'
import type { Maintenance } from '@apsis/store/port'

/** Runs counted at most: enough to say that many are left. */
const COUNTED = 1_000_000

/** What programs in the server can do, done by the store. Paths are relative to the data folder. */
export function upkeepServices(
  maintenance: Maintenance,
  dataFolder: string,
  stats: () => Promise<string>,
): TaskServices {
  return {
    archive: async (path, before, limit) => {
      const due = await maintenance.due([{ jobId: null, states: FINISHED, before, keep: null }], limit)
      if (due.length === 0) return { runIds: [], facts: 0, outputs: 0 }
      // Durable there before anything is removed here. A crash between leaves the runs in both, and the next time finishes it.
      const { facts, outputs } = await maintenance.archive(resolve(dataFolder, path), due)
      await maintenance.remove(due)
      return { runIds: due.map(({ runId }) => runId), facts, outputs }
    },
    countFinished: (before) => maintenance.countFinished(before, COUNTED),
    vacuum: () => maintenance.vacuum(),
    sweep: async () => {
      await maintenance.sweep()
    },
    stats,
    appendLine: (path, line) => appendFile(resolve(dataFolder, path), `${line}\n`),
  }
}
