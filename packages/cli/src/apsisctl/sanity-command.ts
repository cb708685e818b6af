import type { SanityInstantJson, SanityJson } from '@apsis/api/json'
import type { Command } from 'commander'
import { type Context, type Format, formats, onServer, type Outcome, structured, withServer } from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { printable } from '../terminal/index.ts'

/** The command `sanity`: has a server look whether schedules, ledger, runs and agents fit together. */
export function addSanity(program: Command, context: Context, outcome: Outcome): void {
  withServer(
    program
      .command('sanity')
      .description(
        'what is unscheduled, late, orphaned or ran late; exit code 1 where something does not fit together',
      ),
  )
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (options: AddressOptions & { readonly format?: Format }) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        const report = await client.sanity()
        context.terminal.out(structured(report, options.format) ?? sanityText(report))
        return report.unaccounted + report.unscheduled.total + report.orphaned.total > 0 ? 1 : 0
      })
    })
}

function sanityText(report: SanityJson): string {
  const { unscheduled, late, orphaned, ran_late } = report
  return [
    `unaccounted: ${report.unaccounted}`,
    ...section('unscheduled', 'a schedule implies it, and it has no row', unscheduled, instantText),
    ...section(
      'late',
      'due, and without a verdict',
      late,
      (one) => `${instantText(one)}: ${one.because ?? 'unaccounted'}`,
    ),
    ...section('orphaned', 'its job, agent or run is not there', orphaned, (one) => {
      return `${one.run_id ?? 'no run'} ${one.job_id}: ${one.because}`
    }),
    ...section('ran late', 'of the last hour', ran_late, (one) => `${instantText(one)}: ${one.lateness} s`),
    `schedules and ledger compared from ${report.from} to ${report.to}`,
  ]
    .map((line) => `${printable(line)}\n`)
    .join('')
}

function section<T>(
  name: string,
  meaning: string,
  { total, more, list }: { readonly total: number; readonly more: boolean; readonly list: readonly T[] },
  text: (one: T) => string,
): readonly string[] {
  const left = total - list.length
  return [
    `${name}: ${total}${more ? ' or more' : ''} (${meaning})`,
    ...list.map((one) => `  ${text(one)}`),
    ...(left > 0 ? [`  and ${left} more`] : []),
  ]
}

function instantText({ job_id, due, run_id }: SanityInstantJson): string {
  return `${due} ${job_id}${run_id === null ? '' : ` ${run_id}`}`
}
