import type { Client } from '@apsis/api/client'
import { parseTime, type RunJson } from '@apsis/api/json'
import { formatInstant, parseDuration } from '@apsis/core/time'
import type { Command } from 'commander'
import {
  type Context,
  type ExitCode,
  type Format,
  formats,
  onServer,
  type Outcome,
  type Server,
  structured,
  UsageError,
  withServer,
} from '../command/index.ts'
import { type AddressOptions, failureText } from '../connect/index.ts'
import { parseWhen, type Terminal } from '../terminal/index.ts'
import { parseArgs, parseCount, parseFinished } from './args.ts'
import { withJob } from './known-job.ts'
import { runText } from './show-runs.ts'

/** The commands that do something: schedule, start, skip, stop, signal, mark, rerun. */
export function addOperating(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  const each = async (
    options: AddressOptions,
    runIds: readonly string[],
    one: (client: Client, runId: string) => Promise<void>,
  ): Promise<void> => {
    outcome.code = await onServer(context, options, (server) => forEach(terminal, server, runIds, one))
  }

  const plain = [
    [
      'start',
      'start scheduled runs early, or waiting ones past their conditions',
      (client: Client, id: string) => client.start(id),
    ],
    ['skip', 'skip scheduled or waiting runs', (client: Client, id: string) => client.skip(id)],
    [
      'stop',
      'stop runs: their stop signal, then SIGKILL after the grace period',
      (client: Client, id: string) => client.stop(id),
    ],
  ] as const
  for (const [name, description, one] of plain) {
    withServer(program.command(name).description(description).argument('<run-id...>')).action(
      (runIds: string[], options: AddressOptions) => each(options, runIds, one),
    )
  }

  withServer(program.command('signal').description('send a signal to the programs of runs'))
    .argument('<signal>', 'a number, SIGTERM or TERM')
    .argument('<run-id...>')
    .action((signal: string, runIds: string[], options: AddressOptions) =>
      each(options, runIds, (client, runId) => client.signal(runId, signal.toUpperCase())),
    )

  withServer(program.command('mark').description('move finished runs to another finished state'))
    .argument('<state>', 'success, failure, error or skipped, or the beginning of one')
    .argument('<run-id...>')
    .action((text: string, runIds: string[], options: AddressOptions) => {
      const state = parseFinished(text)
      return each(options, runIds, (client, runId) => client.mark(runId, state))
    })

  withServer(program.command('rerun').description('run again: the same job and args, now').argument('<run-id...>'))
    .addOption(formats('table', 'json', 'yaml'))
    .action((runIds: string[], options: AddressOptions & { format?: Format }) =>
      each(options, runIds, async (client, runId) => {
        const { runs } = await client.rerun(runId)
        print(terminal, Object.values(runs), options.format)
      }),
    )

  withServer(program.command('schedule').description('make a run of a job'))
    .argument('<time>', 'now, +DURATION, a full time, or a daytime')
    .argument('<job-id>')
    .argument('[name=value...]', 'the args of the run')
    .option('-c, --count <count>', 'make so many equal runs', parseCount)
    .option('--stop-time <time>', 'when to stop it: +DURATION from its time on, a full time, or a daytime')
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (time: string, jobId: string, args: string[], options: ScheduleOptions) => {
      const body = { job_id: jobId, args: parseArgs(args), times: times(terminal, time, options.stopTime) }
      outcome.code = await onServer(context, options, async ({ client }) => {
        const count = options.count === undefined ? {} : { count: options.count }
        const { runs } = await withJob({ client, terminal }, jobId, () => client.schedule(body, count))
        print(terminal, Object.values(runs), options.format)
        return 0
      })
    })
}

interface ScheduleOptions extends AddressOptions {
  readonly count?: number
  readonly stopTime?: string
  readonly format?: Format
}

function times(terminal: Terminal, time: string, stop: string | undefined): { schedule: string; stop?: string } {
  const now = terminal.now()
  const when = parseWhen(time, now, terminal.zone)
  if (!when.ok) throw new UsageError(when.message)
  const schedule = when.value === null ? 'now' : formatInstant(when.value)
  if (stop === undefined) return { schedule }
  // Lengths of time and times mean to the server what they mean here; a daytime is the next one after the schedule time.
  if (parseTime(stop) !== null || parseDuration(stop.replace(/^\+/, '')).ok) return { schedule, stop }
  const at = parseWhen(stop, when.value ?? now, terminal.zone)
  if (!at.ok) throw new UsageError(at.message)
  return { schedule, stop: formatInstant(at.value ?? now) }
}

function print(terminal: Terminal, runs: readonly RunJson[], format: Format | undefined): void {
  for (const run of runs) terminal.out(structured(run, format) ?? runText(run, terminal))
}

/** Does one thing to each run, and goes on where it is refused: exit code 1 when any was. */
async function forEach(
  terminal: Terminal,
  server: Server,
  runIds: readonly string[],
  one: (client: Client, runId: string) => Promise<void>,
): Promise<ExitCode> {
  let code: ExitCode = 0
  for (const runId of runIds) {
    try {
      await one(server.client, runId)
    } catch (error) {
      terminal.err(`Error: ${failureText(error, server.base)}\n`)
      code = 1
    }
  }
  return code
}
