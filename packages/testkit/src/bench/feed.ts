import { join } from 'node:path'
import { Child, System } from '../system/index.ts'
import type { Benchmark } from './benchmark.ts'

const CLIENTS = 1_000
/** In a round, one after the other. */
const CHANGES = 20

/** How soon everybody who watches knows. */
export const feed: Benchmark = {
  name: 'feed',
  about: `from a change of a run to each of ${CLIENTS} clients of the live feed having it, commit included; clients in another process`,
  unit: 'ms',
  figures: [
    { label: 'p50', percentile: 50, target: null },
    { label: 'p99', percentile: 99, target: { is: 'atMost', limit: 100 } },
  ],
  baseline: null,
  rounds: { short: 5, full: 30, warmUp: true },
  prepare: async (scope) => {
    const system = await System.create({ jobs: { one: 'program: {type: no-op}\n' } })
    scope.defer(() => system.destroy())
    await system.startServer()
    const address = `${system.url.replace('http', 'ws')}/api/v1/feed`
    const clients = new Child([join(import.meta.dirname, 'rig/feed-clients.ts'), address, String(CLIENTS)], process.env)
    scope.defer(() => clients.kill('SIGTERM'))
    await clients.line(/^ready$/)
    return {
      measure: async () => {
        const samples: number[] = []
        for (let made = 0; made < CHANGES; made++) {
          const told = clients.next(/^change (.*)$/)
          const later = new Date(Date.now() + 3_600_000).toISOString()
          await system.client.schedule({ job_id: 'one', times: { schedule: later } })
          samples.push(...samplesIn((await told)[1] ?? ''))
        }
        return samples
      },
    }
  },
}

function samplesIn(text: string): readonly number[] {
  const samples: unknown = JSON.parse(text)
  if (!Array.isArray(samples)) throw new Error(`the clients say ${text.slice(0, 100)}`)
  const numbers = samples.filter((sample) => typeof sample === 'number')
  if (numbers.length !== CLIENTS) throw new Error(`${numbers.length} of ${CLIENTS} clients were told`)
  return numbers
}
