import type { System } from '../system/index.ts'
import type { Benchmark } from './benchmark.ts'
import { checkRuns, postRuns, systemWithHistory, untilFinished } from './rig/index.ts'

const LONG = 1_000_000
const SHORT = 1_000
const COUNT = 3_000

/** Whether what is over costs those that come. */
export const historyCost: Benchmark = {
  name: 'history-cost',
  about: `time per no-op run, of ${COUNT} in one request, with ${LONG} finished runs in the store; the same with ${SHORT}`,
  unit: 'ms/run',
  figures: [{ label: null, percentile: 50, target: null }],
  baseline: { name: 'short-history', ratio: { is: 'atMost', limit: 1.1 } },
  rounds: { short: 9, full: 60, warmUp: true },
  prepare: async (scope) => {
    const [long, short] = [await server(scope, LONG), await server(scope, SHORT)]
    return { measure: () => round(long), baseline: () => round(short) }
  },
}

async function server(scope: AsyncDisposableStack, runs: number): Promise<System> {
  const system = await systemWithHistory(scope, { jobs: { noop: 'program: {type: no-op}\n' }, runs })
  await system.startServer()
  return system
}

async function round(system: System): Promise<readonly number[]> {
  const from = performance.now()
  const ids = await postRuns(system, { job_id: 'noop' }, COUNT)
  await untilFinished(system, 'noop')
  const time = (performance.now() - from) / COUNT
  await checkRuns(system, 'noop', ids())
  return [time]
}
