import { formatInstant, type Instant } from '@apsis/core/time'
import type { Command } from 'commander'
import { type Context, onServer, type Outcome, UsageError, withServer } from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { type Facing, parseWhen, type Terminal } from '../terminal/index.ts'
import { type ReasonOptions, withReason } from './reason.ts'
import { forEach, onSelection, type SelectionOptions, withSelection } from './selection.ts'

/** The commands about runs that are to come: hold, release, move. */
export function addHolding(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withSelection(program.command('hold').description('hold scheduled runs: they begin when they are released'))
    .option('-u, --until <time>', 'released by itself then: +DURATION, a full time, or a daytime')
    .action(async (runIds: string[], options: SelectionOptions & { until?: string }) => {
      const { until: text } = options
      const until = text === undefined ? {} : { until: formatInstant(timeOf(text, terminal)) }
      const why = options.reason === undefined ? {} : { reason: options.reason }
      const selected = { runIds, options, operation: { type: 'hold', ...until } } as const
      outcome.code = await onSelection(context, selected, (client, id) => client.hold(id, { ...until, ...why }))
    })

  withSelection(
    program.command('release').description('release held runs: they begin in time, or now where it has passed'),
  ).action(async (runIds: string[], options: SelectionOptions) => {
    const selected = { runIds, options, operation: { type: 'release' } } as const
    outcome.code = await onSelection(context, selected, (client, id) => client.release(id, options.reason))
  })

  withReason(withServer(program.command('move').description('move scheduled runs to another time')))
    .argument('<time>', 'now, +DURATION from now, a full time, or a daytime')
    .argument('<run-id...>')
    .action(async (text: string, runIds: string[], options: AddressOptions & ReasonOptions) => {
      const time = formatInstant(timeOf(text, terminal))
      const why = options.reason === undefined ? {} : { reason: options.reason }
      outcome.code = await onServer(context, options, (server) =>
        forEach(terminal, server, runIds, (client, id) => client.move(id, { time, ...why })),
      )
    })
}

/** Reads a time of an option, or of an argument; `now` is now. */
export function timeOf(text: string, terminal: Pick<Terminal, 'now' | 'zone'>, facing: Facing = 'ahead'): Instant {
  const when = parseWhen(text, terminal.now(), terminal.zone, facing)
  if (!when.ok) throw new UsageError(when.message)
  return when.value ?? terminal.now()
}
