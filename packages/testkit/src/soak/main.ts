import { parseArgs } from 'node:util'
import { LocalAgent, temporaryFolder } from '../agent/index.ts'
import { killLoop } from './kill-loop.ts'
import { atOnce, held, oneAfterAnother } from './leaks.ts'

// `main.ts [--minutes N] [--kills ROUNDS] [--full] [--seed N]`: for minutes on end, procs one after another and a thousand at once, and a line
// of what the agent holds after each round; then, where asked for, rounds of kills (--full: 1,000).
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    kills: { type: 'string', default: '0' },
    full: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    'one-after-another': { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '1000' },
  },
})

function whole(name: Exclude<keyof typeof values, 'full'>): number {
  const number = Number(values[name])
  if (Number.isInteger(number) && number >= 0) return number
  console.error(`--${name}: expected a whole number, got ${values[name]}`)
  process.exit(2)
}

const [minutes, rounds, seed] = [whole('minutes'), values.full ? 1_000 : whole('kills'), whole('seed')]
const [serial, parallel] = [whole('one-after-another'), whole('at-once')]

await using scope = new AsyncDisposableStack()
const mib = (bytes: number): string => (bytes / (1 << 20)).toFixed(1).padStart(9)
const from = performance.now()
if (minutes > 0) {
  const agent = await LocalAgent.start(scope, await temporaryFolder(scope))
  console.log('  seconds    procs  descriptors    files processes  heap MiB  rss MiB spawner MiB')
  let procs = 0
  const line = async (): Promise<void> => {
    const { descriptors, files, processes, heap, resident, spawner } = await held(agent)
    const counts = [((performance.now() - from) / 1000).toFixed(0).padStart(9), String(procs).padStart(8)]
    const holds = [String(descriptors).padStart(12), String(files).padStart(8), String(processes).padStart(9)]
    console.log([...counts, ...holds, mib(heap), mib(resident), mib(spawner)].join(' '))
  }
  do {
    await oneAfterAnother(agent, serial)
    procs += serial
    await line()
    await atOnce(agent, parallel)
    procs += parallel
    await line()
  } while (performance.now() - from < minutes * 60_000)
  for (const text of agent.lines) console.log(text)
}
if (rounds > 0) {
  const report = await killLoop(scope, { rounds, seed, note: (text) => console.log(text) })
  console.log(JSON.stringify(report))
}
