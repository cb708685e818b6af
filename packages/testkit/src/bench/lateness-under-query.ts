import type { System } from '../system/index.ts'
import type { Benchmark } from './benchmark.ts'
import { askPage, buildProgram, QUESTIONS, systemWithHistory } from './rig/index.ts'
import { tickJobs, tickRound, untilIdle } from './tick.ts'

const HISTORY = 1_000_000
const CLIENTS = 8
const SECONDS = 6

/** How late runs start while history is read as fast as it can be. */
export const latenessUnderQuery: Benchmark = {
  name: 'lateness-under-query',
  about: `due instant to exec, one run a second, while ${CLIENTS} clients page through a history of ${HISTORY} runs; ${SECONDS} a round`,
  unit: 'ms',
  figures: [
    { label: 'p50', percentile: 50, target: null },
    { label: 'p99', percentile: 99, target: null },
  ],
  baseline: { name: 'lateness-single', ratio: { is: 'atMost', limit: 1.5 } },
  rounds: { short: 3, full: 30, warmUp: false },
  prepare: async (scope) => {
    const stamp = await buildProgram(scope, 'stamp')
    const system = await systemWithHistory(scope, { jobs: tickJobs(stamp), runs: HISTORY })
    await system.start()
    await untilIdle(system)
    return { measure: () => underQuery(system), baseline: () => tickRound(system, SECONDS) }
  },
}

async function underQuery(system: System): Promise<readonly number[]> {
  const stop = new AbortController()
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    let pages = 0
    for (let number = client; !stop.signal.aborted; number++) {
      const asked = QUESTIONS[number % QUESTIONS.length]
      if (asked === undefined) throw new Error('no questions')
      // On a busy machine a page may end early.
      const question = { ...asked, full: false }
      const { next } = await askPage(system, question, null)
      if (next !== null && !stop.signal.aborted) await askPage(system, question, next)
      pages++
    }
    if (pages === 0) throw new Error('a client was given no page')
  })
  try {
    return await tickRound(system, SECONDS)
  } finally {
    stop.abort()
    await Promise.all(clients)
  }
}
