import type { Benchmark } from './benchmark.ts'
import { checkRuns, LauncherAlone, postRuns, startedAt, startSystem, untilFinished } from './rig/index.ts'

const COUNT = 2_000
/** Procs that the launcher alone has at a time: more does not make it faster. */
const AT_ONCE = 32

/** How many processes a second a server and an agent start and account for. */
export const processThroughput: Benchmark = {
  name: 'process-throughput',
  about: `runs of /bin/true a second, ${COUNT} due at once, one server and one agent, results stored`,
  unit: 'runs/s',
  figures: [{ label: null, percentile: 50, target: { is: 'atLeast', limit: 1_500 } }],
  baseline: { name: 'launcher-alone', ratio: { is: 'atLeast', limit: 0.75 } },
  rounds: { short: 4, full: 30, warmUp: true },
  prepare: async (scope) => {
    const launcher = await LauncherAlone.open(scope, { enclosed: true })
    const system = await startSystem(scope, { process: 'program: {type: procstar, argv: [/bin/true]}\n' })
    return {
      measure: async () => {
        const from = performance.now()
        const ids = await postRuns(system, { job_id: 'process' }, COUNT)
        await untilFinished(system, 'process', 25)
        const rate = (COUNT / (performance.now() - from)) * 1_000
        const runs = await checkRuns(system, 'process', ids())
        for (const run of runs) {
          const { start, stop } = startedAt(run)
          if (start > stop) throw new Error(`${run.run_id} ended before it started`)
        }
        return [rate]
      },
      baseline: async () => {
        const { milliseconds } = await launcher.run(['/bin/true'], COUNT, AT_ONCE)
        return [(COUNT / milliseconds) * 1_000]
      },
    }
  },
}
