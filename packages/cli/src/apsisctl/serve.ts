import {
  type Address,
  formatAddress,
  LOG_FORMATS,
  LOG_LEVELS,
  parseAddress,
  parseLogFormat,
  parseLogLevel,
} from '@apsis/core/config'
import type { CommandOptions, LogFlags, serve } from '@apsis/server/main'
import type { Command } from 'commander'
import { type Context, type Outcome, UsageError } from '../command/index.ts'

/** What `apsisctl serve` needs of its process. */
export interface ServeHost {
  readonly serve: typeof serve
  /** Calls at SIGTERM and SIGINT; the result ends it. */
  onTermination(callback: () => void): () => void
  /** Replaces the process by a new one with the same arguments. */
  restart(): never
}

interface ServeFlags {
  readonly config?: string
  readonly data?: string
  readonly jobs?: string
  readonly bind?: readonly string[]
  readonly host?: string
  readonly port?: string
  readonly debug?: boolean
  readonly logLevel?: string
  readonly logFormat?: string
  readonly logFile?: string
}

const DEFAULT: Address = { host: '127.0.0.1', port: 5000 }

/** The command `serve`: runs a server in the foreground until it is told to stop. */
export function addServe(program: Command, context: Context, host: ServeHost, outcome: Outcome): void {
  program
    .command('serve')
    .description('run an Apsis server; logs go to stderr, and to a file where one is named')
    .option('--config <file>', 'the config file')
    .option('--data <dir>', 'the folder for database and outputs; made where there is none; default apsis-data')
    .option('--jobs <dir>', 'the job folder, instead of the one that the config names; default jobs')
    .option('--bind <addr:port>', 'where to listen, as 127.0.0.1:5000, [::1]:5000 or *:5000; repeatable', collect)
    .option('--host <host>', `the same as --bind HOST:${DEFAULT.port}`)
    .option('--port <port>', `the same as --bind ${DEFAULT.host}:PORT`)
    .addHelpText(
      'after',
      `\nLevels of --log-level, here or before the command: ${LOG_LEVELS.join(', ').toUpperCase()}.`,
    )
    .option('--log-format <format>', 'lines for people (human), or one JSON object a line (json); default human')
    .option('--log-file <file>', 'a file that gets every line too; opened anew at SIGHUP')
    .option('--debug', 'the same as --log-level DEBUG')
    .action(async (_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ServeFlags>()
      const options: CommandOptions = {
        config: flags.config ?? null,
        data: flags.data ?? null,
        jobs: flags.jobs ?? null,
        bind: addresses(flags),
        log: logFlags(flags),
        version: context.version,
      }
      const started = await host.serve(options)
      if (!started.ok) {
        context.terminal.err(`Error: ${started.message}\n`)
        outcome.code = 1
        return
      }
      const { serving } = started
      const ended = host.onTermination(() => serving.stop())
      const { restart, code } = await serving.stopped
      ended()
      if (restart) host.restart()
      outcome.code = code
    })
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

/** Where to listen, as far as the command line says it. */
export function addresses(flags: Pick<ServeFlags, 'bind' | 'host' | 'port'>): readonly Address[] {
  const given = (flags.bind ?? []).map((text) => {
    const address = parseAddress(text)
    if (address === null) throw new UsageError(`not an address: ${text}; expected ADDR:PORT, [IPV6]:PORT or *:PORT`)
    return address
  })
  if (flags.host === undefined && flags.port === undefined) return given
  const { host = DEFAULT.host, port = String(DEFAULT.port) } = flags
  const address = parseAddress(formatAddress({ host, port: 0 }).slice(0, -1) + port)
  if (address === null) throw new UsageError(`not an address: ${host}, port ${port}; check --host and --port`)
  return [...given, address]
}

/** The option that says what is logged: for all commands, and before their names too, as the existing ones have it. */
export function withLogLevel(program: Command): Command {
  return program.option('--log-level <level>', `what a server logs: ${LOG_LEVELS.join(', ').toUpperCase()}`)
}

/** The arguments with `--log-level` in full: the existing commands take any part of it from `--log` on. */
export function fullLogLevel(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return args.map((arg, index) =>
    end === -1 || index < end ? arg.replace(/^--log(?:-(?:l(?:e(?:v(?:e)?)?)?)?)?(?==|$)/, '--log-level') : arg,
  )
}

/** What the command line says of the log. */
export function logFlags(flags: Pick<ServeFlags, 'debug' | 'logLevel' | 'logFormat' | 'logFile'>): LogFlags {
  const { debug = false, logLevel, logFormat, logFile } = flags
  const level = logLevel === undefined ? null : parseLogLevel(logLevel)
  const format = logFormat === undefined ? null : parseLogFormat(logFormat)
  if (logLevel !== undefined && level === null)
    throw new UsageError(`not a log level: ${logLevel}; there are ${LOG_LEVELS.join(', ').toUpperCase()}`)
  if (logFormat !== undefined && format === null)
    throw new UsageError(`not a log format: ${logFormat}; there are ${LOG_FORMATS.join(', ')}`)
  return { level: level ?? (debug ? 'debug' : null), format, file: logFile ?? null }
}
