import { Command, Option } from 'commander'
import { type Context, type Outcome, runProgram, UsageError } from '../command/index.ts'
import { type AgentFlags, LOG_LEVELS, positive, tries, whole } from './options.ts'

/** Exit code of the existing program where no mode is given (spec/procstar.md 1.2). */
const NO_MODE = 65

/** The modes of the existing program that are not here yet. */
const LATER = ['print', 'output', 'exit', 'wait', 'waitTimeout', 'serve', 'servePort'] as const

/** The command `procstar`: runs what the arguments say, and gives the exit code. */
export async function procstar(
  args: readonly string[],
  context: Pick<Context, 'terminal' | 'version'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const { terminal } = context
  const outcome: Outcome = { code: 0 }
  let code: number | null = null
  const later = (flags: string): Option => new Option(flags, 'not available yet')
  const program = new Command('procstar')
    .description('Runs processes on this host for an Apsis server, and never loses one.')
    .version(context.version, '--version')
    .argument('[input]', 'spec file to start at launch (not available yet)')
    .addOption(new Option('--log-level <level>', 'least level that is logged').choices(LOG_LEVELS).default('warn'))
    .option('--restrict-exe <exe>', 'only this very executable may be run')
    .addOption(later('-p, --print'))
    .addOption(later('-o, --output <path>'))
    .addOption(later('-x, --exit'))
    .addOption(later('-w, --wait'))
    .addOption(later('--wait-timeout <seconds>'))
    .addOption(later('-s, --serve'))
    .addOption(later('--serve-port <port>'))
    .option('-a, --agent', 'connect to an agent server and run what it asks for')
    .option('--agent-host <host>', 'the agent server; default: PROCSTAR_AGENT_HOST')
    .option('--agent-port <port>', 'its port; default: PROCSTAR_AGENT_PORT, else 59789', whole)
    .option('--group-id <group>', 'the group of this agent; default: default')
    .option('--connect-interval-start <seconds>', 'first wait between tries to connect; default 1', positive)
    .option('--connect-interval-mult <factor>', 'each wait is so many times the one before; default 2', positive)
    .option('--connect-interval-max <seconds>', 'longest wait; default 60', positive)
    .option('--connect-count-max <count>', 'failures in a row after which to give up; default: never', tries)
    .option('--state <dir>', 'folder for what must outlive this agent')
    .addOption(new Option('--conn-id <id>', 'identity of this agent instead of the one that it keeps').hideHelp())
    .action(async (input: string | undefined, flags: AgentFlags & Readonly<Record<string, unknown>>) => {
      const missing = LATER.filter((name) => flags[name] !== undefined).map(
        (name) => `--${name.replace(/[A-Z]/g, (char) => `-${char.toLowerCase()}`)}`,
      )
      if (input !== undefined) missing.push('INPUT')
      if (missing.length > 0) throw new UsageError(`not available yet: ${missing.join(', ')}; for now only --agent is`)
      if (flags['agent'] !== true) {
        terminal.err('Error: no mode given: give --agent to connect to an agent server\n')
        code = NO_MODE
        return
      }
      const { runProcstar } = await import('./run.ts')
      code = await runProcstar(flags, context, environment)
    })
  const ended = await runProgram(program, args, context, outcome)
  return code ?? ended
}
