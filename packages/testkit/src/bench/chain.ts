import type { Benchmark } from './benchmark.ts'
import { checkRuns, LauncherAlone, postRuns, startedAt, startSystem, untilFinished, untilWaiting } from './rig/index.ts'

const LINKS = 40

/** How long a chain of processes takes, each of which waits for the one before. */
export const chain: Benchmark = {
  name: 'chain',
  about: `${LINKS} trivial processes, each dependent on the last: from the request for the first to the end of the last`,
  unit: 'ms',
  figures: [{ label: null, percentile: 50, target: { is: 'atMost', limit: 400 } }],
  baseline: { name: 'launcher-in-a-row', ratio: null },
  rounds: { short: 8, full: 60, warmUp: true },
  prepare: async (scope) => {
    const launcher = await LauncherAlone.open(scope, { enclosed: true })
    const names = Array.from({ length: LINKS }, (_, index) => `link-${String(index).padStart(2, '0')}`)
    const system = await startSystem(
      scope,
      Object.fromEntries(names.map((name, index) => [name, job(names[index - 1])])),
    )
    const [first = '', ...others] = names
    let round = 0
    return {
      measure: async () => {
        const args = { round: String(++round) }
        const ids = new Map<string, string>()
        const post = async (name: string): Promise<void> => {
          const [id = ''] = (await postRuns(system, { job_id: name, args }, 1))()
          ids.set(name, id)
        }
        await Promise.all(others.map(post))
        await untilWaiting(system, others.length)
        const from = Date.now()
        await post(first)
        await Promise.all(names.map((name) => untilFinished(system, name)))
        const times: { readonly start: number; readonly stop: number }[] = []
        for (const name of names) {
          const [run] = await checkRuns(system, name, [ids.get(name) ?? ''])
          if (run !== undefined) times.push(startedAt(run))
        }
        for (const [index, { start }] of times.entries()) {
          if (start < (times[index - 1]?.stop ?? from)) throw new Error(`${names[index]} started before its time`)
        }
        return [(times.at(-1)?.stop ?? Number.NaN) - from]
      },
      baseline: async () => [(await launcher.run(['/bin/true'], LINKS, 1)).milliseconds],
    }
  },
}

function job(before: string | undefined): string {
  const condition = before === undefined ? '' : `condition: {type: dependency, job_id: ${before}}\n`
  return `params: [round]\nprogram: {type: procstar, argv: [/bin/true]}\n${condition}`
}
