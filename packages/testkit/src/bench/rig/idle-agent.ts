import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { System } from '../../system/index.ts'
import { buildLauncher } from './build.ts'
import { childrenOf } from './proc-files.ts'

/** An agent that is connected to a server and has nothing to do. Resolves to the processes of which it consists. */
export async function idleAgent(scope: AsyncDisposableStack): Promise<readonly number[]> {
  await buildLauncher()
  const system = await System.create({ jobs: { one: 'program: {type: no-op}\n' }, agentByCommand: true })
  scope.defer(() => system.destroy())
  await system.start()
  const pid = pidOf(system.agent.process)
  return [pid, ...(await childrenOf(pid))]
}

/** A Node that has nothing to do. Resolves to its process. */
export async function bareNode(scope: AsyncDisposableStack): Promise<number> {
  const script = 'setInterval(() => {}, 2 ** 30); console.log("ready")'
  const node = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  scope.defer(async () => {
    const ended = once(node, 'exit')
    node.kill()
    await ended
  })
  await once(node.stdout, 'data')
  return pidOf(node)
}

/** The id of a process that was started. Throws where it was not. */
export function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('it was not started')
  return pid
}
