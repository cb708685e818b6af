import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { load } from 'js-yaml'
import type { Benchmark } from './benchmark.ts'
import { emptyStore, JOBS, manyJobsSystem, startPlanned } from './rig/index.ts'

/** How soon a server with many jobs serves, and has planned its first day. */
export const coldStart: Benchmark = {
  name: 'cold-start',
  about: `${JOBS} job files, empty store: from the start of the process to API ready and the first day planned`,
  unit: 's',
  figures: [{ label: null, percentile: 50, target: { is: 'atMost', limit: 3 } }],
  baseline: { name: 'read-and-js-yaml', ratio: null },
  rounds: { short: 4, full: 20, warmUp: true },
  prepare: async (scope) => {
    const system = await manyJobsSystem(scope)
    return {
      measure: async () => {
        await emptyStore(system)
        return [await startPlanned(system, { facts: 0 })]
      },
      baseline: async () => {
        const from = performance.now()
        const folder = join(system.folder, 'jobs')
        let count = 0
        for (const path of await readdir(folder, { recursive: true })) {
          if (!path.endsWith('.yaml')) continue
          load(await readFile(join(folder, path), 'utf8'))
          count++
        }
        if (count !== JOBS) throw new Error(`${count} files were read, and not ${JOBS}`)
        return [(performance.now() - from) / 1_000]
      },
    }
  },
}
