import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark } from './benchmark.ts'
import { contextSwitches, idleAgent } from './rig/index.ts'

/** Until nothing is left to do, ms. */
const SETTLED = 5_000
const WATCHED = 10_000

/** How often an idle agent wakes its host up. */
export const agentIdle: Benchmark = {
  name: 'agent-idle',
  about: 'context switches a second of an idle agent with its launcher, connected to a server, over 10 s',
  unit: 'switches/s',
  figures: [{ label: null, percentile: 50, target: { is: 'atMost', limit: 1 } }],
  baseline: null,
  rounds: { short: 3, full: 10, warmUp: false },
  prepare: async (scope) => {
    const agent = await idleAgent(scope)
    await sleep(SETTLED)
    return { measure: async () => [await rateOf(agent)] }
  },
}

async function rateOf(pids: readonly number[]): Promise<number> {
  const count = async (): Promise<number> => {
    const counts = await Promise.all(pids.map(contextSwitches))
    return counts.reduce((sum, one) => sum + one, 0)
  }
  const before = await count()
  await sleep(WATCHED)
  return (((await count()) - before) / WATCHED) * 1_000
}
