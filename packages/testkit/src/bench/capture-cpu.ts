import { join } from 'node:path'
import { temporaryFolder } from '../agent/index.ts'
import type { Benchmark } from './benchmark.ts'
import { AgentAlone, childrenOf, cpuTime, writeThrough } from './rig/index.ts'

const BYTES = 4_000_000_000

/** What capturing costs the agent and its launcher; what moves the bytes is the proc's own monitor. */
export const captureCpu: Benchmark = {
  name: 'capture-cpu',
  about: 'CPU of the agent and its launcher while a proc writes 4 GB that are captured, percent of a core',
  unit: '%',
  figures: [{ label: null, percentile: 50, target: { is: 'atMost', limit: 5 } }],
  baseline: null,
  rounds: { short: 4, full: 10, warmUp: true },
  prepare: async (scope) => {
    const path = join(await temporaryFolder(scope), 'output')
    const agent = await AgentAlone.open(scope)
    const pids = [agent.pid, ...(await childrenOf(agent.pid))]
    const used = async (): Promise<number> => {
      const times = await Promise.all(pids.map(cpuTime))
      return times.reduce((sum, time) => sum + time, 0)
    }
    return {
      measure: async () => {
        const before = await used()
        const from = performance.now()
        await writeThrough(agent, BYTES, path, true)
        const milliseconds = performance.now() - from
        return [(((await used()) - before) / milliseconds) * 100]
      },
    }
  },
}
