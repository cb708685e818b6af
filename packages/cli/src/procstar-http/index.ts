import { Command, Option } from 'commander'
import { type Context, type Outcome, runProgram } from '../command/index.ts'
import * as commands from './commands.ts'
import { HttpFailure } from './exchange.ts'
import { type TargetOptions, targetOf } from './target.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The command `procstar http`: talks to the HTTP service of an agent. `args` are those after `http`. Resolves to the exit code: 0 done, 1 refused or
 * not reached, 2 used wrongly.
 */
export async function procstarHttp(
  args: readonly string[],
  { terminal }: Pick<Context, 'terminal'>,
  environment: Environment,
): Promise<number> {
  const outcome: Outcome = { code: 0 }
  const program = new Command('procstar http')
    .description('Talks to an agent that serves HTTP (procstar --serve).')
    .option('--host <host>', 'host of the agent; default 127.0.0.1')
    .option('--port <port>', 'its port; default 3000')
    .option('--socket <path>', 'its Unix socket, instead of host and port')
    .option('--token <token>', 'its token; better in PROCSTAR_HTTP_TOKEN, where others do not see it')
    .option('--cacert <file>', 'TLS, and trust these certificates (PEM)')
  const talk = async (body: (conversation: commands.Conversation) => Promise<void>): Promise<void> => {
    const target = await targetOf(program.opts<TargetOptions>(), environment)
    try {
      await body({ terminal, target })
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error
      terminal.err(`Error: ${error.message}\n`)
      outcome.code = 1
    }
  }
  program
    .command('list')
    .description('the procs that the agent holds')
    .option('--json', 'every result, without output')
    .action((flags: { json?: true }) => talk((to) => commands.list(to, flags.json === true)))
  program
    .command('get <id>')
    .description('the result of a proc')
    .option('--no-text', 'lengths of outputs instead of what is in them')
    .action((id: string, flags: { text: boolean }) => talk((to) => commands.get(to, id, flags.text)))
  program
    .command('start <file>')
    .description('start the procs of an input document; - is stdin')
    .action((file: string) => talk((to) => commands.start(to, file, process.stdin)))
  program
    .command('stop <id>')
    .description('end a proc and everything that descends from it')
    .option('--signal <signal>', 'what is sent first; default SIGTERM')
    .option('--grace <seconds>', 'until SIGKILL; default 10; never: none')
    .action((id: string, flags: StopFlags) => talk((to) => commands.stop(to, id, stopBody(flags))))
  program
    .command('signal <id> <signal>')
    .description('send a signal to a proc')
    .action((id: string, name: string) => talk((to) => commands.signal(to, id, name)))
  program
    .command('output <id> [fd]')
    .description('what a proc has written; fd is stdout if not given')
    .option('-f, --follow', 'until the proc has ended')
    .option('--range <start:stop>', 'only those bytes')
    .addOption(new Option('--encoding <encoding>', 'how it is written').choices(['raw', 'utf-8', 'base64', 'base2048']))
    .action((id: string, fd: string | undefined, flags: commands.OutputFlags) =>
      talk((to) => commands.output(to, id, fd ?? 'stdout', flags)),
    )
  program
    .command('delete <id>')
    .description('have the agent forget a proc that has ended, and its output')
    .action((id: string) => talk((to) => commands.remove(to, id)))
  program
    .command('agent')
    .description('what the agent is, and how it is')
    .action(() => talk((to) => commands.describe(to)))
  program
    .command('shutdown')
    .description('end the agent')
    .addOption(
      new Option('--how <how>', 'soft: when nothing is left; orderly: SIGTERM first; forceful: SIGKILL')
        .choices(['soft', 'orderly', 'forceful'])
        .default('orderly'),
    )
    .action((flags: { how: string }) => talk((to) => commands.shutdown(to, flags.how)))
  return runProgram(program, args, { terminal }, outcome)
}

interface StopFlags {
  readonly signal?: string
  readonly grace?: string
}

// The agent says what is wrong with it.
function stopBody({ signal, grace }: StopFlags): unknown {
  const seconds = grace === undefined ? undefined : grace === 'never' ? null : numeric(grace)
  return { signal: signal === undefined ? undefined : numeric(signal), grace: seconds }
}

function numeric(text: string): number | string {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
