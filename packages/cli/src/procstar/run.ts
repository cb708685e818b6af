import { runAgent, shutdownOnSignals } from '@apsis/agent/main'
import { agentOptions } from '@apsis/agent/options'
import { formatInstantMs } from '@apsis/core/time'
import { type Context, UsageError } from '../command/index.ts'
import { type AgentFlags, givenOptions, LOG_LEVELS } from './options.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Runs an agent until it has ended; resolves to the exit code: 1 where it gave up trying to connect (spec/procstar.md 1.2). */
export async function runProcstar(
  flags: AgentFlags,
  { terminal }: Pick<Context, 'terminal'>,
  environment: Environment,
): Promise<number> {
  const options = agentOptions(givenOptions(flags), environment)
  if (!options.ok) throw new UsageError(options.error)
  if (options.value.host === null) {
    throw new UsageError('no agent server to connect to: give --agent-host HOST, or set PROCSTAR_AGENT_HOST')
  }
  const least = LOG_LEVELS.indexOf(flags.logLevel)
  const log = (level: 'info' | 'warn' | 'error', text: string): void => {
    if (LOG_LEVELS.indexOf(level) >= least) {
      terminal.err(`${formatInstantMs(terminal.now())} - ${level.toUpperCase()} - ${text}\n`)
    }
  }
  try {
    const agent = await runAgent(options.value, { log, environment })
    const ended = shutdownOnSignals(agent)
    const why = await agent.closed
    ended()
    return why === 'unreachable' ? 1 : 0
  } catch (error) {
    terminal.err(`Error: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}
