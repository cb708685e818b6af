import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark } from './benchmark.ts'
import { bareNode, idleAgent, residentMemory } from './rig/index.ts'

/** Until what starting took is given back, ms. */
const SETTLED = 3_000
const MEGABYTE = 1e6 / 1024

/** How much memory an idle agent takes. */
export const memoryAgent: Benchmark = {
  name: 'memory-agent',
  about: 'resident memory of an idle agent with its launcher, connected to a server, beyond that of an idle bare node',
  unit: 'MB',
  figures: [{ label: null, percentile: 50, target: { is: 'atMost', limit: 20 } }],
  baseline: null,
  rounds: { short: 4, full: 10, warmUp: false },
  prepare: async () => {
    // Certificates of this machine's that Node would load: no part of either.
    delete process.env['NODE_EXTRA_CA_CERTS']
    return {
      measure: async () => {
        await using scope = new AsyncDisposableStack()
        const [agent, node] = await Promise.all([idleAgent(scope), bareNode(scope)])
        await sleep(SETTLED)
        const sizes = await Promise.all(agent.map(residentMemory))
        const beyond = sizes.reduce((sum, size) => sum + size, 0) - (await residentMemory(node))
        return [beyond / MEGABYTE]
      },
    }
  },
}
