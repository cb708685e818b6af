import { setTimeout as sleep } from 'node:timers/promises'
import type { System } from '../system/index.ts'
import { dueAt, latenessOf } from './lateness.ts'

/** After the last instant of a round until all of it must have ended, ms. */
const GRACE = 700
/** A server that has just started plans: its system is idle when less than this is written in a second. */
const IDLE_FACTS = 20
const IDLE_WAIT = 20

/** The jobs of a system in which one run of the program is due each second. */
export function tickJobs(program: string): Readonly<Record<string, string>> {
  const job = [
    'program:',
    '  type: procstar',
    `  argv: [${JSON.stringify(program)}]`,
    'schedule: {type: interval, interval: 1, phase: 0.4}',
  ]
  return { tick: `${job.join('\n')}\n` }
}

/** Waits for so many instants, and resolves to how late their runs began, ms. Throws where one has not ended with success. */
export async function tickRound(system: System, seconds: number): Promise<readonly number[]> {
  const from = Date.now()
  const to = from + seconds * 1_000
  await sleep(to - from + GRACE)
  const { runs } = await system.client.runSummaries({ job_id: 'tick', state: ['success'], page_limit: seconds * 2 })
  const due = Object.values(runs).filter((run) => dueAt(run) >= from && dueAt(run) < to)
  if (due.length !== seconds) throw new Error(`${seconds} runs were due, ${due.length} have ended with success`)
  const ids = due.map(({ run_id: id }) => id)
  return latenessOf(system, await Promise.all(ids.map((id) => system.client.run(id))))
}

/** Resolves when hardly anything is written. */
export async function untilIdle(system: System): Promise<void> {
  let before = (await system.client.stats()).feed.seq
  for (let second = 0; second < IDLE_WAIT; second++) {
    await sleep(1_000)
    const { seq } = (await system.client.stats()).feed
    if (seq - before < IDLE_FACTS) return
    before = seq
  }
  throw new Error(`the server is not idle ${IDLE_WAIT} s after its start`)
}
