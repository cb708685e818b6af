import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcSpec } from '@apsis/wire/spec'
import type { Benchmark } from './benchmark.ts'
import { AgentAlone, availableMemory } from './rig/index.ts'

/** Many, since whatever else the machine does is measured with them. */
const COUNT = 1_000
/** Until the kernel has given back, or taken, what there is, ms. */
const SETTLED = 700
const SLEEP = '/usr/bin/sleep'

/** What it costs that a proc runs through the agent. Other work on the machine disturbs it: it is of the whole machine's memory. */
export const memoryProc: Benchmark = {
  name: 'memory-proc',
  about: `memory per waiting proc beyond that of its process, with the kernel's part and the agent's: ${COUNT} of sleep`,
  unit: 'KiB',
  figures: [{ label: null, percentile: 50, target: { is: 'atMost', limit: 150 } }],
  baseline: null,
  rounds: { short: 5, full: 30, warmUp: true },
  prepare: async () => ({
    measure: async () => {
      const bare = await bareSleeps()
      return [(await throughAgent()) - bare]
    },
  }),
}

/** KiB a proc. */
async function throughAgent(): Promise<number> {
  await using scope = new AsyncDisposableStack()
  const agent = await AgentAlone.open(scope)
  // What only the first proc costs.
  await agent.start({ first: SPEC })
  await sleep(SETTLED)
  const before = await availableMemory()
  await agent.start(Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [`sleep-${index}`, SPEC])))
  await sleep(SETTLED)
  return (before - (await availableMemory())) / COUNT
}

const SPEC: ProcSpec = {
  argv: [SLEEP, '1000'],
  fds: [
    ['stdout', { capture: { attached: false } }],
    ['stderr', { dup: { fd: 1 } }],
  ],
  orphans: 'kill',
}

/** KiB a process. */
async function bareSleeps(): Promise<number> {
  const loop = `read go; i=0; while [ $i -lt ${COUNT} ]; do ${SLEEP} 1000 & i=$((i+1)); done; echo started; read end`
  const shell = spawn('/bin/sh', ['-c', loop], { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
  const { pid } = shell
  if (pid === undefined) throw new Error('no shell')
  const ended = once(shell, 'exit')
  try {
    await sleep(SETTLED)
    const before = await availableMemory()
    shell.stdin.write('\n')
    await once(shell.stdout, 'data')
    await sleep(SETTLED)
    return (before - (await availableMemory())) / COUNT
  } finally {
    process.kill(-pid, 'SIGKILL')
    await ended
  }
}
