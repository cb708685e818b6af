import { createClient } from '@apsis/api/client'
import { type Command, CommanderError } from 'commander'
import { type AddressOptions, failureText, serverBase } from '../connect/index.ts'
import { readerZone } from '../terminal/index.ts'
import type { Context, ExitCode, Server } from './context.ts'
import { UsageError } from './usage.ts'

/** Collects what the command that was called ends with. */
export interface Outcome {
  code: ExitCode
}

/** Gives a command the options that say which server it talks to. */
export function withServer(command: Command): Command {
  return command
    .option('--host <host>', 'the server: HOST, HOST:PORT or a URL; default: APSIS_HOST, else localhost')
    .option('--port <port>', 'its port; default 5000')
}

/** Runs the body of a command against the server that its options name, and turns failures into `Error: text` and exit code 1. */
export async function onServer(
  context: Context,
  options: AddressOptions,
  body: (server: Server) => Promise<ExitCode>,
): Promise<ExitCode> {
  const base = serverBase(options, context.environment)
  if (!base.ok) throw new UsageError(base.message)
  const server = {
    base: base.value,
    client: createClient({ fetch: context.fetch, base: base.value }),
    open: context.sockets(base.value),
  }
  try {
    return await body(server)
  } catch (error) {
    if (error instanceof UsageError) throw error
    context.terminal.err(`Error: ${failureText(error, base.value)}\n`)
    return 1
  }
}

/** Refuses, before any command but those named does anything, to show times in a zone that is none: `TZ` may be mistaken. */
export function withReaderZone(
  program: Command,
  { terminal }: Pick<Context, 'terminal'>,
  except: readonly string[] = [],
): void {
  program.hook('preAction', (_, command) => {
    const zone = readerZone(terminal.zone)
    if (!zone.ok && !except.includes(command.name())) throw new UsageError(zone.message)
  })
}

/** Parses the arguments and runs the command that they name. Usage errors, unknown commands among them, give 2. */
export async function runProgram(
  program: Command,
  args: readonly string[],
  context: Pick<Context, 'terminal'>,
  outcome: Outcome,
): Promise<ExitCode> {
  const { terminal } = context
  configure(program, terminal)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return outcome.code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof UsageError)) throw error
    terminal.err(`Error: ${error.message}\n`)
    return 2
  }
}

function configure(command: Command, terminal: Context['terminal']): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text),
    writeErr: (text) => terminal.err(text),
    outputError: (text, write) => write(text.replace(/^error:/, 'Error:')),
    getOutHelpWidth: () => terminal.columns ?? 80,
    getErrHelpWidth: () => terminal.columns ?? 80,
  })
  // Beside long usages of commands there are few columns left, and narrow descriptions are read more easily than broken lines.
  command.configureHelp({ minWidthToWrap: 20 })
  for (const sub of command.commands) configure(sub, terminal)
}
