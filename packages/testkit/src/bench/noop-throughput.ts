import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pushRuns } from '@apsis/store/bench'
import { openSqliteStore } from '@apsis/store/sqlite'
import type { Benchmark } from './benchmark.ts'
import { checkRuns, postRuns, startSystem, untilFinished } from './rig/index.ts'

const COUNT = 10_000
const GROUP = 500
const STATES = ['scheduled', 'starting', 'running', 'success'] as const
/** Runs of a round whose log is read line by line. */
const LOGS = 20

/** How many runs that do nothing go through a server in a second. */
export const noopThroughput: Benchmark = {
  name: 'noop-throughput',
  about: `no-op runs a second, each through all its states, durable, by one API request of ${COUNT}`,
  unit: 'runs/s',
  figures: [{ label: null, percentile: 50, target: { is: 'atLeast', limit: 20_000 } }],
  baseline: { name: 'store-alone', ratio: { is: 'atLeast', limit: 0.4 } },
  rounds: { short: 5, full: 30, warmUp: true },
  prepare: async (scope) => {
    const system = await startSystem(scope, { noop: 'program: {type: no-op}\n' })
    const folder = await mkdtemp(join(tmpdir(), 'apsis-bench-'))
    scope.defer(() => rm(folder, { recursive: true, force: true }))
    const store = await openSqliteStore({ folder })
    scope.defer(() => store.close())
    let first = 1
    return {
      measure: async () => {
        const from = performance.now()
        const ids = await postRuns(system, { job_id: 'noop' }, COUNT)
        await untilFinished(system, 'noop')
        const rate = (COUNT / (performance.now() - from)) * 1_000
        const runs = await checkRuns(system, 'noop', ids())
        for (const { run_id: id, times } of runs) {
          for (const state of STATES) if (times[state] === undefined) throw new Error(`${id} was never ${state}`)
        }
        for (let n = 0; n < LOGS; n++) {
          const id = runs[Math.floor(((runs.length - 1) * n) / (LOGS - 1))]?.run_id ?? ''
          const log = await system.client.runLog(id)
          if (log.length !== STATES.length)
            throw new Error(`${id}: the log has ${log.length} lines, not ${STATES.length}`)
        }
        return [rate]
      },
      baseline: async () => {
        const options = { count: COUNT, first, group: GROUP, inFlight: 2 }
        first += COUNT
        const { runsPerSecond } = await pushRuns(store, options, () => performance.now())
        return [runsPerSecond]
      },
    }
  },
}
