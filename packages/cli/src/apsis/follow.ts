import { type Client, followOutput, followRun } from '@apsis/api/client'
import type { State } from '@apsis/core/run'
import { isFinished } from '@apsis/core/run'
import type { Command } from 'commander'
import {
  type Context,
  type ExitCode,
  onServer,
  type Outcome,
  type Server,
  UsageError,
  withServer,
} from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { printable, type Terminal } from '../terminal/index.ts'
import { onArchive } from './archive.ts'
import { tellConnection } from './lost.ts'
import { withArchiveHint } from './unknown-run.ts'

/** Bytes of an output asked for at a time. */
const PIECE = 4 << 20
/** The output that programs have. */
const OUTPUT = 'output'

interface OutputOptions extends AddressOptions {
  readonly follow?: boolean
  readonly followNew?: boolean
  /** An archive file, instead of a server. */
  readonly archive?: string
}

interface WatchOptions extends AddressOptions {
  readonly finish: boolean
  readonly silent?: boolean
  readonly json?: boolean
}

/** The commands that follow a run: output, watch. */
export function addFollowing(program: Command, context: Context, outcome: Outcome): void {
  withServer(program.command('output').description('print the output of a run').argument('<run-id>'))
    .option('-f, --follow', 'go on printing until the run has finished')
    .option('-F, --follow-new', 'the same, but only what comes from now on')
    .option('--archive <path>', 'of a run in an archive file, instead of a server; needs none')
    .action(async (runId: string, options: OutputOptions) => {
      const { archive, follow, followNew } = options
      if (archive !== undefined) {
        if (follow === true || followNew === true)
          throw new UsageError('an archive has nothing to follow: leave -f out')
        outcome.code = await onArchive(context, archive, async (client) =>
          (await stored(context.terminal, client, runId, 0)) === null ? 1 : 0,
        )
        return
      }
      outcome.code = await onServer(context, options, (server) =>
        withArchiveHint(context.terminal, () => output(context, server, runId, options)),
      )
    })

  withServer(program.command('watch').description('print the log of a run as it goes on').argument('<run-id>'))
    .option('--finish', 'end when the run has finished, with 0 for success and 1 for all else', true)
    .option('--no-finish', 'go on for ever')
    .option('-s, --silent', 'print nothing')
    .option('--json', 'print each update as one line of JSON')
    .action(async (runId: string, options: WatchOptions) => {
      outcome.code = await onServer(context, options, (server) => watch(context, server, runId, options))
    })
}

/**
 * Prints what there is of an output from `from` on (null: nothing of it), and gives where it ends. Null, and an error told, where there is no
 * output, unless there may yet be.
 */
async function stored(
  terminal: Terminal,
  client: Pick<Client, 'run' | 'outputs' | 'output'>,
  runId: string,
  from: number | null,
  maybe: boolean = false,
): Promise<number | null> {
  const known = (await client.outputs(runId)).find(({ output_id }) => output_id === OUTPUT)
  // An unknown run is told at once: it has no outputs either, and the socket would only close.
  if (known === undefined) await client.run(runId)
  if (!maybe && known === undefined) {
    terminal.err(`Error: ${runId} has no output\n`)
    return null
  }
  const length = known?.output_len ?? 0
  let position = from ?? length
  while (position < length) {
    const { data } = await client.output(runId, OUTPUT, { start: position, end: Math.min(length, position + PIECE) })
    await terminal.bytes(data)
    position += data.length
  }
  return position
}

async function output(context: Context, server: Server, runId: string, options: OutputOptions): Promise<ExitCode> {
  const { terminal } = context
  const { client } = server
  const following = options.follow === true || options.followNew === true
  const from = options.followNew === true ? null : 0
  const position = await stored(terminal, client, runId, from, following)
  if (position === null) return 1
  if (!following) return 0
  // Ended by the server when the run has finished; what was written last may still be on its way out.
  let written = Promise.resolve()
  const code = await new Promise<ExitCode>((resolve) => {
    const connection = tellConnection(context, server.base, () => {
      stop()
      resolve(1)
    })
    const stop = followOutput(
      { runId, outputId: OUTPUT, start: position },
      {
        open: server.open,
        wait: context.wait,
        onData: (data) => {
          written = terminal.bytes(data)
        },
        onLost: connection.lost,
        onOpen: connection.back,
        onEnd: () => {
          connection.over()
          resolve(0)
        },
      },
    )
  })
  await written
  return code
}

async function watch(context: Context, server: Server, runId: string, options: WatchOptions): Promise<ExitCode> {
  const { terminal } = context
  await server.client.run(runId)
  // After a lost connection the log comes again from its beginning.
  let printed = 0
  let state: State | null = null
  return new Promise((resolve) => {
    const print = (timestamp: string, message: string): void => {
      printed += 1
      if (options.silent !== true && options.json !== true) terminal.out(`${timestamp} ${printable(message)}\n`)
    }
    const giveUp = (): void => {
      stop()
      resolve(1)
    }
    const connection = tellConnection(context, server.base, options.finish ? giveUp : null)
    const stop = followRun(runId, {
      open: server.open,
      wait: context.wait,
      onUpdate: (update) => {
        if (options.json === true && options.silent !== true) terminal.out(`${JSON.stringify(update)}\n`)
        for (const line of update.run_log?.slice(printed) ?? []) print(line.timestamp, line.message)
        if (update.run_log_append !== undefined) print(update.run_log_append.timestamp, update.run_log_append.message)
        state = update.run?.state ?? state
        if (!options.finish || state === null || !isFinished(state)) return
        connection.over()
        stop()
        resolve(state === 'success' ? 0 : 1)
      },
      onLost: connection.lost,
      onOpen: connection.back,
      onEnd: () => {
        connection.over()
        resolve(state === 'success' ? 0 : 1)
      },
    })
  })
}
