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
import { parseWhen } from '../terminal/index.ts'
import { runText } from './show-runs.ts'

interface AdHocOptions extends AddressOptions {
  readonly shell?: boolean
  readonly group?: string
  readonly label: readonly string[]
  readonly format?: Format
}

/** The command that runs a program that is no job: `apsis adhoc`. */
export function addAdHoc(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  const command = program.command('adhoc').description('run a program that is no job, once')
  withServer(command)
    .argument('<time>', 'now, +DURATION, a full time, or a daytime')
    .argument('<cmd...>', 'the program and its arguments; with --shell, a shell command')
    .option('--shell', 'CMD is a command for the shell; its words are joined by blanks')
    .option('--group <group>', 'the group of agents, one of which runs it')
    .option('--label <label>', 'a label, beside the one that all such runs have; may be repeated', repeated, [])
    .addOption(formats('table', 'json', 'yaml'))
    // Options that are not known here are those of CMD; after -- all are.
    .allowUnknownOption()
    .action(async (time: string, cmd: readonly string[], options: AdHocOptions) => {
      const when = parseWhen(time, terminal.now(), terminal.zone)
      if (!when.ok) throw new UsageError(when.message)
      const schedule = when.value === null ? 'now' : formatInstant(when.value)
      const job = { program: programOf(cmd, options), metadata: { labels: [...options.label] } }
      outcome.code = await onServer(context, options, async ({ client }) => {
        const { runs } = await client.schedule({ job, times: { schedule } })
        for (const run of Object.values(runs)) terminal.out(structured(run, options.format) ?? runText(run, terminal))
        return 0
      })
    })
}

function repeated(label: string, before: readonly string[]): readonly string[] {
  return [...before, label]
}

// Text of the user's is no template: braces in it are meant as they are.
function programOf(cmd: readonly string[], { shell = false, group }: AdHocOptions): JsonObject {
  const where = group === undefined ? {} : { group_id: group }
  return shell
    ? { type: 'procstar-shell', command: verbatim(cmd.join(' ')), ...where }
    : { type: 'procstar', argv: cmd.map(verbatim), ...where }
}

function verbatim(text: string): string {
  return text.replace(/\{(?=[{%#])/g, '{{ "{" }}')
}
