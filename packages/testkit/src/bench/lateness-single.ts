import { setTimeout as sleep } from 'node:timers/promises'
import type { System } from '../system/index.ts'
import type { Benchmark } from './benchmark.ts'
import { dueAt, latenessOf } from './lateness.ts'
import { buildProgram, startSystem } from './rig/index.ts'

const SECONDS = 8
/** After the last instant of a round until all of it must have ended, ms. */
const GRACE = 700
/** A server that has just started plans: its system is idle when less than this is written in a second. */
const IDLE_FACTS = 20
const IDLE_WAIT = 20

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
    const job = [
      'program:',
      '  type: procstar',
      `  argv: [${JSON.stringify(stamp)}]`,
      'schedule: {type: interval, interval: 1, phase: 0.4}',
    ]
    const system = await startSystem(scope, { tick: `${job.join('\n')}\n` })
    await untilIdle(system)
    return { measure: () => round(system) }
  },
}

async function round(system: System): Promise<readonly number[]> {
  const from = Date.now()
  const to = from + SECONDS * 1_000
  await sleep(to - from + GRACE)
  const { runs } = await system.client.runSummaries({ job_id: 'tick', state: ['success'], page_limit: SECONDS * 2 })
  const due = Object.values(runs).filter((run) => dueAt(run) >= from && dueAt(run) < to)
  if (due.length !== SECONDS) throw new Error(`${SECONDS} runs were due, ${due.length} have ended with success`)
  const ids = due.map(({ run_id: id }) => id)
  return latenessOf(system, await Promise.all(ids.map((id) => system.client.run(id))))
}

async function untilIdle(system: System): Promise<void> {
  let before = (await system.client.stats()).feed.seq
  for (let second = 0; second < IDLE_WAIT; second++) {
    await sleep(1_000)
    const { seq } = (await system.client.stats()).feed
    if (seq - before < IDLE_FACTS) return
    before = seq
  }
  throw new Error(`the server is not idle ${IDLE_WAIT} s after its start`)
}
