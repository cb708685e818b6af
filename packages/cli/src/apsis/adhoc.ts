import type { JsonObject } from '@apsis/core/json'
import { formatInstant } from '@apsis/core/time'
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
import { type ReasonOptions, withReason } from './reason.ts'
import { runText } from './show-runs.ts'
import { tellPast, TIME, whenOf, withTimeFirst } from './times.ts'

interface AdHocOptions extends AddressOptions, ReasonOptions {
  readonly shell?: boolean
  readonly group?: string
  readonly label?: readonly string[]
  readonly format?: Format
}

/** The command that runs a program that is no job: `apsis adhoc`. */
export function addAdHoc(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  const command = program.command('adhoc').description('run a program that is no job, once')
  withTimeFirst(withReason(withServer(command)))
    .argument(
      '<time>',
      'now, +DURATION, a full time, or a daytime, which is the next one; what has passed is due at once',
    )
    .argument(
      '<cmd...>',
      'the program, which is looked up in the PATH of the agent, and its arguments; with --shell, a shell command',
    )
    .option('--shell', 'CMD is a command for the shell; its words are joined by blanks')
    .option('--group <group>', 'the group of agents, one of which runs it')
    .option('--label <label>', 'a label, beside the one that all such runs have; may be repeated', repeated)
    .addOption(formats('table', 'json', 'yaml'))
    // Options that are not known here, after its first word, are those of CMD; after -- all are.
    .allowUnknownOption()
    .action(async (time: string, cmd: readonly string[], options: AdHocOptions) => {
      const [first = ''] = cmd
      if (first.startsWith('-')) throw new UsageError(`unknown option '${first}': options of CMD stand after its name`)
      const when = whenOf(TIME, time, terminal)
      tellPast(time, when, terminal)
      const schedule = when === null ? 'now' : formatInstant(when)
      const job = { program: programOf(cmd, options), metadata: { labels: [...(options.label ?? [])] } }
      const why = options.reason === undefined ? {} : { reason: options.reason }
      outcome.code = await onServer(context, options, async ({ client }) => {
        const { runs } = await client.schedule({ job, times: { schedule }, ...why })
        for (const run of Object.values(runs)) terminal.out(structured(run, options.format) ?? runText(run, terminal))
        return 0
      })
    })
}

function repeated(label: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), label]
}

// Text of the user's is no template: braces in it are meant as they are.
function programOf(cmd: readonly string[], { shell = false, group }: AdHocOptions): JsonObject {
  const where = group === undefined ? {} : { group_id: group }
  return shell
    ? { type: 'procstar-shell', command: verbatim(cmd.join(' ')), ...where }
    : { type: 'procstar', argv: cmd.map(verbatim), search_path: true, ...where }
}

function verbatim(text: string): string {
  return text.replace(/\{(?=[{%#])/g, '{{ "{" }}')
}
