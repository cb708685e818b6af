import { setTimeout as sleep } from 'node:timers/promises'
import { System } from '../system/index.ts'
import type { Benchmark } from './benchmark.ts'
import { bareNode, pidOf, residentMemory } from './rig/index.ts'

const JOBS = 1_000
/** Until what starting took is given back, ms. */
const SETTLED = 10_000
const MEGABYTE = 1e6 / 1024

/** How much memory an idle server takes. */
export const memoryServer: Benchmark = {
  name: 'memory-server',
  about: `resident memory of a server with ${JOBS} daily jobs, idle, the day ahead planned, beyond that of an idle bare node`,
  unit: 'MB',
  figures: [{ label: null, percentile: 50, target: { is: 'atMost', limit: 50 } }],
  baseline: null,
  rounds: { short: 3, full: 10, warmUp: false },
  prepare: async () => {
    // Certificates of this machine's that Node would load: no part of either.
    delete process.env['NODE_EXTRA_CA_CERTS']
    return {
      measure: async () => {
        await using scope = new AsyncDisposableStack()
        const jobs = Array.from({ length: JOBS }, (_, n) => [`team${n % 20}/job${n}`, jobText(n)] as const)
        const system = await System.create({ jobs: Object.fromEntries(jobs) })
        scope.defer(() => system.destroy())
        const node = await bareNode(scope)
        await system.startServer()
        await sleep(SETTLED)
        const { runs } = await system.client.runSummaries({ state: ['scheduled'], page_limit: JOBS * 2 })
        if (Object.keys(runs).length < JOBS) throw new Error(`only ${Object.keys(runs).length} runs are planned`)
        // What the question took is given back too.
        await sleep(SETTLED)
        const [server, bare] = await Promise.all([residentMemory(pidOf(system.server.process)), residentMemory(node)])
        return [(server - bare) / MEGABYTE]
      },
    }
  },
}

function jobText(n: number): string {
  const daytime = `${String(n % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00`
  return [
    'params: [date]',
    `schedule: {type: daily, tz: America/New_York, daytime: "${daytime}"}`,
    'program: {type: procstar-shell, command: "report {{ date }}"}',
    `metadata: {labels: [bench], description: job number ${n}}`,
    '',
  ].join('\n')
}
