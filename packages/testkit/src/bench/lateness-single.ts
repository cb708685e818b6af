import type { Benchmark } from './benchmark.ts'
import { buildProgram, startSystem } from './rig/index.ts'
import { tickJobs, tickRound, untilIdle } from './tick.ts'

const SECONDS = 8

/** How late one run a second starts, where nothing else is to be done. */
export const latenessSingle: Benchmark = {
  name: 'lateness-single',
  about: `due instant to exec, one run a second on an idle system, ${SECONDS} a round`,
  unit: 'ms',
  figures: [
    { label: 'p50', percentile: 50, target: { is: 'atMost', limit: 2 } },
    { label: 'p99', percentile: 99, target: { is: 'atMost', limit: 10 } },
  ],
  baseline: null,
  rounds: { short: 5, full: 60, warmUp: false },
  prepare: async (scope) => {
    const stamp = await buildProgram(scope, 'stamp')
    const system = await startSystem(scope, tickJobs(stamp))
    await untilIdle(system)
    return { measure: () => tickRound(system, SECONDS) }
  },
}
