import { parseTime, type RunJson } from '@apsis/api/json'
import { formatInstant, parseDuration } from '@apsis/core/time'
import type { Command } from 'commander'
import {
  type Context,
  type Format,
  formats,
  onServer,
  type Outcome,
  structured,
  UsageError,
  withServer,
} from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { parseWhen, type Terminal } from '../terminal/index.ts'
import { parseArgs, parseCount, parseFinished } from './args.ts'
import { withJob } from './known-job.ts'
import { type ReasonOptions, withReason } from './reason.ts'
import { forEach, onSelection, type SelectionOptions, withSelection } from './selection.ts'
import { runText } from './show-runs.ts'
import { tellPast, TIME, whenOf, withTimeFirst } from './times.ts'

/** The commands that do something: schedule, start, skip, stop, signal, mark, rerun. */
export function addOperating(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  const plain = [
    ['start', 'start scheduled runs early, or waiting ones past their conditions'],
    ['skip', 'skip scheduled or waiting runs'],
    ['stop', 'stop runs: their stop signal, then SIGKILL after the grace period'],
  ] as const
  for (const [type, description] of plain) {
    withSelection(program.command(type).description(description)).action(
      async (runIds: string[], options: SelectionOptions) => {
        const selected = { runIds, options, operation: { type } }
        outcome.code = await onSelection(context, selected, (client, id) => client[type](id, options.reason))
      },
    )
  }

  withReason(withServer(program.command('signal').description('send a signal to the programs of runs')))
    .argument('<signal>', 'a number, SIGTERM or TERM')
    .argument('<run-id...>')
    .action(async (signal: string, runIds: string[], options: AddressOptions & ReasonOptions) => {
      outcome.code = await onServer(context, options, (server) =>
        forEach(terminal, server, runIds, (client, id) => client.signal(id, signal.toUpperCase(), options.reason)),
      )
    })

  withSelection(
    program
      .command('mark')
      .description('move finished runs to another finished state')
      .argument('<state>', 'success, failure, error or skipped, or the beginning of one'),
  ).action(async (text: string, runIds: string[], options: SelectionOptions) => {
    const state = parseFinished(text)
    const selected = { runIds, options, operation: { type: 'mark', state } } as const
    outcome.code = await onSelection(context, selected, (client, id) => client.mark(id, state, options.reason))
  })

  withSelection(program.command('rerun').description('run again: the same job and args, now')).action(
    async (runIds: string[], options: SelectionOptions) => {
      const selected = { runIds, options, operation: { type: 'rerun' } } as const
      outcome.code = await onSelection(context, selected, async (client, runId) => {
        const { runs } = await client.rerun(runId, options.reason)
        print(terminal, Object.values(runs), options.format)
      })
    },
  )

  withTimeFirst(withReason(withServer(program.command('schedule').description('make a run of a job'))))
    .argument(
      '<time>',
      'now, +DURATION, a full time, or a daytime, which is the next one; what has passed is due at once',
    )
    .argument('<job-id>')
    .argument('[name=value...]', 'the args of the run')
    .option('-c, --count <count>', 'make so many equal runs', parseCount)
    .option('--stop-time <time>', 'when to stop it: +DURATION from its time on, a full time, or the next such daytime')
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (time: string, jobId: string, args: string[], options: ScheduleOptions) => {
      const why = options.reason === undefined ? {} : { reason: options.reason }
      const body = { job_id: jobId, args: parseArgs(args), times: times(terminal, time, options.stopTime), ...why }
      outcome.code = await onServer(context, options, async ({ client }) => {
        const count = options.count === undefined ? {} : { count: options.count }
        const { runs } = await withJob({ client, terminal }, jobId, () => client.schedule(body, count))
        print(terminal, Object.values(runs), options.format)
        return 0
      })
    })
}

interface ScheduleOptions extends AddressOptions, ReasonOptions {
  readonly count?: number
  readonly stopTime?: string
  readonly format?: Format
}

function times(terminal: Terminal, time: string, stop: string | undefined): { schedule: string; stop?: string } {
  const now = terminal.now()
  const when = whenOf(TIME, time, terminal)
  tellPast(time, when, terminal)
  const schedule = when === null ? 'now' : formatInstant(when)
  if (stop === undefined) return { schedule }
  // Lengths of time and times mean to the server what they mean here; a daytime is the next one after the schedule time.
  if (parseTime(stop) !== null || parseDuration(stop.replace(/^\+/, '')).ok) return { schedule, stop }
  const at = parseWhen(stop, when ?? now, terminal.zone)
  if (!at.ok) throw new UsageError(`--stop-time: ${at.message}`)
  return { schedule, stop: formatInstant(at.value ?? now) }
}

function print(terminal: Terminal, runs: readonly RunJson[], format: Format | undefined): void {
  for (const run of runs) terminal.out(structured(run, format) ?? runText(run, terminal))
}
