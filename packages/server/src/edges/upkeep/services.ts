import { appendFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FINISHED } from '@apsis/core/run'
import type { TaskServices } from '@apsis/kinds/runtime'
import type { Maintenance, RunRemoval, Verdict } from '@apsis/store/port'
import type { AgeClock } from './age-clock.ts'
import type { Turns } from './turns.ts'

/** Runs counted at most: enough to say that many are left. */
const COUNTED = 1_000_000
/** Instants removed beside one piece of an archive at most. */
const INSTANTS = 10_000
const VERDICTS: readonly Verdict[] = ['started', 'skipped', 'missed', 'held', 'superseded']

/**
 * What programs in the server can do, done by the store. Paths are relative to the data folder. `gone` is told of runs that were removed. What is to be older than
 * a time of the wall clock is to be so by the clock of `ages`, too. `turns`: those of all that takes runs out of the store.
 */
export function upkeepServices(
  maintenance: Maintenance,
  dataFolder: string,
  stats: () => Promise<string>,
  gone: (removal: RunRemoval) => void,
  ages: Pick<AgeClock, 'now' | 'behind'>,
  turns: Turns,
): TaskServices {
  const archive: TaskServices['archive'] = async (path, wanted, limit) => {
    const before = wanted - ages.behind()
    const due = await maintenance.due([{ jobId: null, states: FINISHED, before, keep: null }], limit)
    // What came to nothing has no run to go with, and nothing to be kept: it goes at the same age.
    await maintenance.removeInstants({ jobId: null, verdicts: VERDICTS, before, keep: null, at: ages.now() }, INSTANTS)
    if (due.length === 0) return { runIds: [], facts: 0, outputs: 0 }
    // Durable there before anything is removed here. A crash between leaves the runs in both, and the next time finishes it.
    const { facts, outputs, refused } = await maintenance.archive(resolve(dataFolder, path), due)
    const others = new Set(refused)
    const written = due.filter(({ runId }) => !others.has(runId))
    if (written.length === 0) throw new Error(refusal(path, refused))
    await maintenance.remove(written, ages.now(), gone)
    return { runIds: written.map(({ runId }) => runId), facts, outputs }
  }
  return {
    archive: (...asked) => turns.take(() => archive(...asked)),
    countFinished: (before) => maintenance.countFinished(before - ages.behind(), COUNTED),
    vacuum: () => maintenance.vacuum(),
    sweep: async () => {
      await maintenance.sweep()
    },
    stats,
    appendLine: (path, line) => appendFile(resolve(dataFolder, path), `${line}\n`),
  }
}

function refusal(path: string, refused: readonly string[]): string {
  const runs = refused.slice(0, 5).join(' ')
  return `${path} has other runs of these ids, or another archive that cannot be read may have them: ${runs}`
}
