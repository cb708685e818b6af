import { type Address, formatAddress, parseAddress } from '@apsis/core/config'
import type { CommandOptions, serve } from '@apsis/server/main'
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
}

const DEFAULT: Address = { host: '127.0.0.1', port: 5000 }

/** The command `serve`: runs a server in the foreground until it is told to stop. */
export function addServe(program: Command, context: Context, host: ServeHost, outcome: Outcome): void {
  program
    .command('serve')
    .description('run an Apsis server; logs go to stderr')
    .option('--config <file>', 'the config file')
    .option('--data <dir>', 'the folder for database and outputs; made where there is none; default apsis-data')
    .option('--jobs <dir>', 'the job folder, instead of the one that the config names; default jobs')
    .option('--bind <addr:port>', 'where to listen, as 127.0.0.1:5000, [::1]:5000 or *:5000; repeatable', collect)
    .option('--host <host>', `the same as --bind HOST:${DEFAULT.port}`)
    .option('--port <port>', `the same as --bind ${DEFAULT.host}:PORT`)
    .option('--debug', 'log more')
    .action(async (flags: ServeFlags) => {
      const options: CommandOptions = {
        config: flags.config ?? null,
        data: flags.data ?? null,
        jobs: flags.jobs ?? null,
        bind: addresses(flags),
        debug: flags.debug ?? false,
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
