import type { ShutdownHow } from '../machine/index.ts'
import type { AgentHandle } from './handle.ts'

const HOW: readonly (readonly [NodeJS.Signals, ShutdownHow])[] = [
  ['SIGTERM', 'terminate'],
  ['SIGINT', 'terminate'],
  ['SIGQUIT', 'kill'],
  ['SIGUSR1', 'idle'],
]

/** Has this process's signals end the agent (spec/procstar.md 6.1). The result ends that. */
export function shutdownOnSignals(agent: Pick<AgentHandle, 'shutdown'>): () => void {
  const handlers = HOW.map(([name, how]) => [name, () => agent.shutdown(how)] as const)
  for (const [name, handler] of handlers) process.on(name, handler)
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler)
  }
}
