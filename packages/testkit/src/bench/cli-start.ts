import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '../agent/index.ts'
import { commandFile, System } from '../system/index.ts'
import type { Benchmark } from './benchmark.ts'

const run = promisify(execFile)
/** Starts of a round. */
const STARTS = 6

type Asked = { readonly command: 'apsis' | 'procstar'; readonly args: readonly string[] }

/** The whole of a command that asks the server something. */
export const cliStart: Benchmark = starting(
  'cli-start',
  '`apsis runs` against a running server, from start to end',
  async (scope) => {
    const system = await System.create({ jobs: { one: 'program: {type: no-op}\n' } })
    scope.defer(() => system.destroy())
    await system.startServer()
    return { command: 'apsis', args: ['runs', '--host', system.url] }
  },
)

/** The least that a command does. */
export const cliStartVersion: Benchmark = starting(
  'cli-start-version',
  '`apsis --version`, from start to end',
  async () => ({
    command: 'apsis',
    args: ['--version'],
  }),
)

/** The agent as a program that runs what it is given and ends: here nothing. */
export const cliStartProcstar: Benchmark = starting(
  'cli-start-procstar',
  '`procstar --exit` without a proc, from start to end',
  async () => ({
    command: 'procstar',
    args: ['--exit'],
  }),
)

function starting(name: string, about: string, prepare: (scope: AsyncDisposableStack) => Promise<Asked>): Benchmark {
  return {
    name,
    about,
    unit: 'ms',
    figures: [{ label: null, percentile: 50, target: null }],
    baseline: { name: 'node -e 0', ratio: { is: 'atMost', limit: 2.5 } },
    rounds: { short: 7, full: 40, warmUp: true },
    prepare: async (scope) => {
      const cache = await temporaryFolder(scope)
      const { command, args } = await prepare(scope)
      const env = { ...process.env, XDG_CACHE_HOME: join(cache, 'cache') }
      // By its own first line, as a user starts it.
      return {
        measure: () => timesOf(() => run(commandFile(command), [...args], { env })),
        baseline: () => timesOf(() => run(process.execPath, ['-e', '0'], { env })),
      }
    },
  }
}

/** Rejects when the exit code is not 0. */
async function timesOf(start: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = []
  for (let n = 0; n < STARTS; n++) {
    const from = performance.now()
    await start()
    times.push(performance.now() - from)
  }
  return times
}
