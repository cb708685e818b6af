import type { AgentHandle } from './handle.ts'

/** Resolves with true when something holds of an agent, looked at after every change; with false when the agent ends before. */
export async function until(agent: Pick<AgentHandle, 'onChange' | 'closed'>, holds: () => boolean): Promise<boolean> {
  let off = (): void => {}
  const held = new Promise<boolean>((resolve) => {
    const look = (): void => {
      if (holds()) resolve(true)
    }
    off = agent.onChange(look)
    look()
  })
  try {
    return await Promise.race([held, agent.closed.then(() => false)])
  } finally {
    off()
  }
}
