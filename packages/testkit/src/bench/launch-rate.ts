import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Benchmark } from './benchmark.ts'
import { buildSpawnLoop, LauncherAlone } from './rig/index.ts'

const COUNT = 1_000
const AT_ONCE = 32
const run = promisify(execFile)

/** How many processes a second the launcher starts, with their records. */
export const launchRate: Benchmark = {
  name: 'launch-rate',
  about: `procs a second through the launcher, ${COUNT} of /bin/true, ${AT_ONCE} at a time, with result records`,
  unit: 'procs/s',
  figures: [{ label: null, percentile: 50, target: null }],
  baseline: { name: 'vfork-exec-wait', ratio: { is: 'atLeast', limit: 0.75 } },
  rounds: { short: 7, full: 50, warmUp: true },
  prepare: async (scope) => {
    const loop = await buildSpawnLoop()
    const launcher = await LauncherAlone.open(scope, { enclosed: false })
    return {
      measure: async () => {
        const { milliseconds } = await launcher.run(['/bin/true'], COUNT, AT_ONCE)
        return [(COUNT / milliseconds) * 1_000]
      },
      // Rejects where any did not end with 0.
      baseline: async () => {
        const { stdout } = await run(loop, [String(COUNT), '/bin/true'])
        return [rateOf(stdout)]
      },
    }
  },
}

/** The rate in the one line of JSON that the loop prints. */
function rateOf(line: string): number {
  const value: unknown = JSON.parse(line)
  if (typeof value === 'object' && value !== null && 'rate' in value && typeof value.rate === 'number')
    return value.rate
  throw new Error(`the spawn loop printed no rate: ${line}`)
}
