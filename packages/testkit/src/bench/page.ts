import type { System } from '../system/index.ts'
import type { Benchmark } from './benchmark.ts'
import { askPage, LIMIT, QUESTIONS, systemWithHistory } from './rig/index.ts'

const HISTORY = 1_000_000
/** Pages of one question, one after the other. */
const PAGES = 3

/** How long the pages that people look at take, with a long history. */
export const page: Benchmark = {
  name: 'page',
  about: `pages of ${LIMIT} of ${HISTORY} runs through the API, by state, job, text, label, arg, time, and of what few or none are; ${QUESTIONS.length} questions`,
  unit: 'ms',
  figures: [
    { label: 'p50', percentile: 50, target: { is: 'atMost', limit: 50 } },
    { label: 'p95', percentile: 95, target: { is: 'atMost', limit: 50 } },
  ],
  baseline: null,
  rounds: { short: 5, full: 50, warmUp: true },
  prepare: async (scope) => {
    const system = await systemWithHistory(scope, {
      jobs: { noop: 'program: {type: no-op}\n' },
      runs: HISTORY,
    })
    await system.startServer()
    return { measure: () => round(system) }
  },
}

async function round(system: System): Promise<readonly number[]> {
  const samples: number[] = []
  for (const question of QUESTIONS) {
    let cursor: string | null = null
    for (let number = 0; number < PAGES; number++) {
      const { time, next } = await askPage(system, question, cursor)
      samples.push(time)
      if (next === null) break
      cursor = next
    }
  }
  return samples
}
