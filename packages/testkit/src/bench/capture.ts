import { join } from 'node:path'
import { temporaryFolder } from '../agent/index.ts'
import type { Benchmark } from './benchmark.ts'
import { AgentAlone, writeThrough } from './rig/index.ts'

const BYTES = 1_000_000_000

/** How fast a proc can write when its output is captured. */
export const capture: Benchmark = {
  name: 'capture',
  about: 'MB/s of the output of a proc that writes 1 GB, captured into its file',
  unit: 'MB/s',
  figures: [{ label: null, percentile: 50, target: null }],
  baseline: { name: 'written-by-itself', ratio: { is: 'atLeast', limit: 0.8 } },
  rounds: { short: 7, full: 30, warmUp: true },
  prepare: async (scope) => {
    const path = join(await temporaryFolder(scope), 'output')
    const agent = await AgentAlone.open(scope)
    return {
      measure: async () => [await writeThrough(agent, BYTES, path, true)],
      baseline: async () => [await writeThrough(agent, BYTES, path, false)],
    }
  },
}
