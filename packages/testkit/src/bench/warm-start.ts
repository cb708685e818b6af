import { join } from 'node:path'
import { pushRuns } from '@apsis/store/bench'
import { openSqliteStore } from '@apsis/store/sqlite'
import type { Benchmark } from './benchmark.ts'
import { JOBS, manyJobsSystem, startPlanned } from './rig/index.ts'

const HISTORY = 1_000_000
/** Of each run. */
const FACTS = 4
const GROUP = 2_000
const DAY = 86_400_000

/** How soon a server with many jobs and a long history serves again when nothing has changed. */
export const warmStart: Benchmark = {
  name: 'warm-start',
  about: `${JOBS} job files as before and ${HISTORY} finished runs: from the start of the process to API ready and the day ahead planned`,
  unit: 's',
  figures: [{ label: null, percentile: 50, target: { is: 'atMost', limit: 1 } }],
  baseline: null,
  rounds: { short: 5, full: 30, warmUp: true },
  prepare: async (scope) => {
    const system = await manyJobsSystem(scope)
    {
      const store = await openSqliteStore({ folder: join(system.folder, 'data') })
      try {
        await pushRuns(store, { count: HISTORY, first: 1, group: GROUP, inFlight: 2 }, () => performance.now())
        await store.commit({ nextRun: HISTORY + 1 })
      } finally {
        await store.close()
      }
    }
    let made = Date.now()
    await startPlanned(system, { facts: HISTORY * FACTS })
    return {
      measure: async () => {
        await system.stopServer()
        const before = made
        made = Date.now()
        return [await startPlanned(system, { made: before + DAY })]
      },
    }
  },
}
