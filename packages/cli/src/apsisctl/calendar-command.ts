import { type Calendar, datesBetween } from '@apsis/core/calendar'
import { formatDiagnostic, hasErrors } from '@apsis/core/document'
import { civilDate, formatDate } from '@apsis/core/time'
import type { Command } from 'commander'
import { type Context, type ExitCode, formats, type Outcome, UsageError } from '../command/index.ts'
import { jsonText, localTime, printable, type Terminal } from '../terminal/index.ts'
import type { Questions } from './calendar-query.ts'

interface Options extends Questions {
  readonly dir?: string
  readonly config?: string
  readonly format?: 'table' | 'json'
}

/** The command `calendar`: a year of a calendar, a question about it, or the names of all; needs no server. */
export function addCalendar(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  program
    .command('calendar')
    .description('print a year of a calendar, or answer a question about it; without a name: list the calendars')
    .argument('[name]', 'as a job names it: all, Mon-Fri, usa-federal-holidays, the name of a file')
    .argument('[year]', '1 to 9999; default this year')
    .option('--dir <dir>', 'a job folder, or another folder with calendar files')
    .option('--config <file>', 'the config file of the server: it may name calendars')
    .option('--contains <date>', 'whether the date is in it: yes or no; exit code 1 for no')
    .option('--next <date>', 'the first date after this one')
    .option('--prev <date>', 'the last date before this one')
    .option('--after <date>', 'the first date on or after this one')
    .option('--before <date>', 'the last date on or before this one')
    .option('--shift <date-n...>', 'DATE N: N dates later, or earlier where N is negative')
    .option('--count <from-to...>', 'FROM TO: how many dates there are from FROM to before TO')
    .addOption(formats('table', 'json'))
    .action(async (name: string | undefined, year: string | undefined, options: Options) => {
      outcome.code = await run(terminal, name, year, options)
    })
}

async function run(
  terminal: Terminal,
  name: string | undefined,
  year: string | undefined,
  options: Options,
): Promise<ExitCode> {
  const { listJson, listText, readCalendars } = await import('./calendar-list.ts')
  const { find, listed, diagnostics } = await readCalendars(options.dir, options.config).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  })
  const json = options.format === 'json'
  if (name === undefined) {
    terminal.out(json ? jsonText(listJson(listed)) : listText(listed, terminal.columns))
    for (const one of diagnostics) terminal.err(`${printable(formatDiagnostic(one))}\n`)
    return hasErrors(diagnostics) ? 1 : 0
  }
  const calendar = find(name)
  if (!calendar.ok) {
    for (const one of diagnostics) terminal.err(`${printable(formatDiagnostic(one))}\n`)
    throw new UsageError(printable(calendar.message))
  }
  return show(terminal, calendar.value, year, options)
}

async function show(
  terminal: Terminal,
  calendar: Calendar,
  year: string | undefined,
  options: Options,
): Promise<ExitCode> {
  const { answer } = await import('./calendar-query.ts')
  const json = options.format === 'json'
  const answered = answer(calendar, options)
  if (answered !== undefined) {
    if (year !== undefined) throw new UsageError(`a question or a year, not both: ${year}`)
    if (json) terminal.out(jsonText(answered))
    else if (answered === null) terminal.err(`Error: ${printable(calendar.name)} has no such date\n`)
    else terminal.out(`${typeof answered === 'boolean' ? (answered ? 'yes' : 'no') : answered}\n`)
    return answered === null || answered === false ? 1 : 0
  }
  const shown = yearOf(year ?? localTime(terminal.now(), terminal.zone).slice(0, 4))
  if (json) {
    const dates = datesBetween(calendar, civilDate(shown, 1, 1), civilDate(shown + 1, 1, 1))
    terminal.out(jsonText([...dates].map(formatDate)))
    return 0
  }
  const { yearText } = await import('./calendar-year.ts')
  terminal.out(yearText(calendar, shown, terminal.color))
  return 0
}

function yearOf(text: string): number {
  const year = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (year < 1) throw new UsageError(`expected a year, 1 to 9999, not ${text}`)
  return year
}
