import { formatInstant } from '@apsis/core/time'
import type { Command } from 'commander'
import { type Context, onServer, type Outcome, withServer } from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { printable } from '../terminal/index.ts'
import { type ReasonOptions, withReason } from './reason.ts'
import { forEach, onSelection, type SelectionOptions, withSelection } from './selection.ts'
import { heldText } from './show-runs.ts'
import { tellPast, TIME, timeOf, whenOf, withTimeFirst } from './times.ts'

/** The commands about runs that are to come: hold, release, move. */
export function addHolding(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withSelection(program.command('hold').description('hold scheduled runs: they begin when they are released'))
    .option('-u, --until <time>', 'released by itself then: +DURATION, a full time, or the next such daytime')
    .action(async (runIds: string[], options: SelectionOptions & { until?: string }) => {
      const { until: text } = options
      const until = text === undefined ? {} : { until: formatInstant(timeOf('--until', text, terminal)) }
      const why = options.reason === undefined ? {} : { reason: options.reason }
      const selected = { runIds, options, operation: { type: 'hold', ...until } } as const
      outcome.code = await onSelection(context, selected, async (client, id) => {
        const { held } = await client.run(id)
        await client.hold(id, { ...until, ...why })
        if (held !== undefined)
          terminal.err(`${printable(`${id} was ${heldText(held, terminal)}`)}; that is replaced\n`)
      })
    })

  withSelection(
    program.command('release').description('release held runs: they begin in time, or now where it has passed'),
  ).action(async (runIds: string[], options: SelectionOptions) => {
    const selected = { runIds, options, operation: { type: 'release' } } as const
    outcome.code = await onSelection(context, selected, (client, id) => client.release(id, options.reason))
  })

  withTimeFirst(withReason(withServer(program.command('move').description('move scheduled runs to another time'))))
    .argument(
      '<time>',
      'now, +DURATION from now, a full time, or a daytime, which is the next one; what has passed is due at once',
    )
    .argument('<run-id...>')
    .action(async (text: string, runIds: string[], options: AddressOptions & ReasonOptions) => {
      const when = whenOf(TIME, text, terminal)
      tellPast(text, when, terminal)
      const time = formatInstant(when ?? terminal.now())
      const why = options.reason === undefined ? {} : { reason: options.reason }
      outcome.code = await onServer(context, options, (server) =>
        forEach(terminal, server, runIds, (client, id) => client.move(id, { time, ...why })),
      )
    })
}
