import type { ShutdownHow } from '../machine/index.ts'
import type { AgentHandle } from './handle.ts'

const HOW: readonly (readonly [NodeJS.Signals, ShutdownHow])[] = [
  ['SIGTERM', 'terminate'],
  ['SIGINT', 'terminate'],
  ['SIGQUIT', 'kill'],
  ['SIGUSR1', 'idle'],
]

/**
 * Has a write beyond the limit of a file's size fail with EFBIG, as one to a full disk does, instead of ending this process. The result ends
 * that. Child processes have the default.
 */
export function surviveFileLimit(): () => void {
  const go = (): void => {}
  process.on('SIGXFSZ', go)
  return () => void process.off('SIGXFSZ', go)
}

/** Takes the signals to this process that end an agent (spec/procstar.md 6.1), with what each asks for. The result ends that. */
export function onShutdownSignals(take: (how: ShutdownHow, name: string) => void): () => void {
  const handlers = HOW.map(([name, how]) => [name, () => take(how, name)] as const)
  for (const [name, handler] of handlers) process.on(name, handler)
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler)
  }
}

/** Has this process's signals end the agent. The result ends that. */
export function shutdownOnSignals(agent: Pick<AgentHandle, 'shutdown'>): () => void {
  return onShutdownSignals((how) => agent.shutdown(how))
}
