import { type AgentHandle, until } from '@apsis/agent/main'
import type { Flags } from './flags.ts'
import type { Log } from './log.ts'

/**
 * Waits until no proc is left, and ends the agent. One that a server may give procs to waits for the first, until `waitTimeout` seconds after the start
 * of the program.
 */
export async function waitMode(
  agent: AgentHandle,
  { agent: connected, waitTimeout }: Pick<Flags, 'agent' | 'waitTimeout'>,
  log: Log,
): Promise<void> {
  if (connected && !(await first(agent, waitTimeout))) log('warn', `no process was started within ${waitTimeout} s`)
  else if (!(await until(agent, () => agent.counts().held === 0))) return
  agent.shutdown('finish')
}

/** Whether there was a proc in time. Without one: when the agent ends, too. */
async function first(agent: AgentHandle, within: number): Promise<boolean> {
  let expired = false
  const timeout = Promise.withResolvers<void>()
  const timer = longTimer(within * 1000 - performance.now(), () => {
    expired = true
    timeout.resolve()
  })
  try {
    await Promise.race([until(agent, () => agent.counts().held > 0), timeout.promise])
    return !expired
  } finally {
    timer.cancel()
  }
}

/** Longest wait of a timer of the platform, ms; longer ones would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

function longTimer(ms: number, fire: () => void): { readonly cancel: () => void } {
  const end = performance.now() + ms
  let timer: NodeJS.Timeout
  const set = (): void => {
    const left = end - performance.now()
    timer = setTimeout(() => (left > LONGEST_TIMER ? set() : fire()), Math.min(Math.max(left, 0), LONGEST_TIMER))
  }
  set()
  return { cancel: () => clearTimeout(timer) }
}
