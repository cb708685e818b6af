import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark } from './benchmark.ts'
import { latenessOf } from './lateness.ts'
import { buildProgram, checkRuns, LauncherAlone, postRuns, startSystem, untilFinished } from './rig/index.ts'

const COUNT = 1_000
/** From the request to the instant, ms: long enough for all of it to be done before. */
const AHEAD = 2_500

/** How late the last of a thousand runs of one instant start. */
export const latenessHerd: Benchmark = {
  name: 'lateness-herd',
  about: `due instant to exec, ${COUNT} runs due at the same instant`,
  unit: 'ms',
  figures: [{ label: 'p99', percentile: 99, target: { is: 'atMost', limit: 700 } }],
  baseline: { name: 'launcher-alone', ratio: null },
  rounds: { short: 4, full: 20, warmUp: true },
  prepare: async (scope) => {
    const stamp = await buildProgram(scope, 'stamp')
    const launcher = await LauncherAlone.open(scope, { enclosed: true })
    const system = await startSystem(scope, { herd: `program: {type: procstar, argv: [${JSON.stringify(stamp)}]}\n` })
    return {
      measure: async () => {
        const due = Date.now() + AHEAD
        const body = { job_id: 'herd', times: { schedule: new Date(due).toISOString() } }
        const ids = (await postRuns(system, body, COUNT))()
        if (Date.now() > due - 500) throw new Error(`${COUNT} runs took too long to schedule for ${AHEAD} ms ahead`)
        await sleep(due + 100 - Date.now())
        // What is measured is in the records.
        await untilFinished(system, 'herd', 250)
        return latenessOf(system, await checkRuns(system, 'herd', ids))
      },
      baseline: async () => (await launcher.run([stamp], COUNT, COUNT)).lateness,
    }
  },
}
