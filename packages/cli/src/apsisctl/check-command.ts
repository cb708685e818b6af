import { isAbsolute, relative, sep } from 'node:path'
import { type Command, Option } from 'commander'
import type { CheckedJobFile } from '@apsis/core/check'
import { hasErrors, type Severity } from '@apsis/core/document'
import { type Duration, type Instant, parseDuration } from '@apsis/core/time'
import { type Context, type Outcome, UsageError } from '../command/index.ts'
import { jsonText, type Terminal } from '../terminal/index.ts'

interface CheckOptions {
  readonly config?: string
  readonly verbose?: boolean
  readonly format?: 'text' | 'table' | 'json' | 'github' | 'sarif'
  readonly checkDependenciesScheduled?: boolean
  readonly maxWait?: Duration
  readonly warningsAsErrors?: boolean
}

/** The command `check-jobs`: all that is wrong with the files of a job folder; needs no server. */
export function addCheck(program: Command, context: Context, outcome: Outcome): void {
  const { terminal, version } = context
  program
    .command('check-jobs')
    .description('check the files of a job folder; exit code 1 where there is an error')
    .argument('<dir>')
    .option('--config <file>', 'the config file of the server: it may name calendars')
    .option('-v, --verbose', 'show place and source of each error, and warnings (default on a terminal), and notices')
    .option('--check-dependencies-scheduled', 'check that what the runs of the next 24 h depend on is scheduled too')
    .option('--max-wait <duration>', 'check that no run of the next 24 h waits longer for dependencies to start', wait)
    .option('--warnings-as-errors', 'take warnings for errors')
    .addOption(
      new Option('--format <format>', 'form of the output; default text; table is the same').choices([
        'text',
        'table',
        'json',
        'github',
        'sarif',
      ]),
    )
    .action(async (folder: string, options: CheckOptions) => {
      const { checkFolder } = await import('./check.ts')
      const now = terminal.now()
      const checked = await checkFolder(folder, now, options.config ?? null).catch((error: unknown) => {
        throw new UsageError(`${folder}: ${error instanceof Error ? error.message : String(error)}`)
      })
      const files = (await withRuns(checked, options, now)).map((file) => ({
        ...file,
        path: shortPath(file.path),
        diagnostics: options.warningsAsErrors === true ? file.diagnostics.map(asError) : file.diagnostics,
      }))
      await show(files, options, terminal, version)
      outcome.code = files.some(({ diagnostics }) => hasErrors(diagnostics)) ? 1 : 0
    })
}

async function withRuns(
  files: readonly CheckedJobFile[],
  { checkDependenciesScheduled, maxWait }: CheckOptions,
  now: Instant,
): Promise<readonly CheckedJobFile[]> {
  const dependencies = checkDependenciesScheduled === true
  if (!dependencies && maxWait === undefined) return files
  const { checkScheduled } = await import('@apsis/core/check')
  const { registry } = await import('@apsis/kinds/builtin')
  const { conditions } = registry
  const checking = checkScheduled(files, { conditions, now, dependencies, maxWait: maxWait ?? null })
  let step = checking.next()
  while (step.done !== true) step = checking.next()
  return step.value
}

async function show(
  files: readonly CheckedJobFile[],
  { format = 'text', verbose }: CheckOptions,
  terminal: Terminal,
  version: string,
): Promise<void> {
  const { checkJson, plainText, sourceText, summaryText } = await import('./show-check.ts')
  const shown: readonly Severity[] = verbose === true ? ['error', 'warning', 'notice'] : ['error', 'warning']
  const visible = files.map((file) => ({
    ...file,
    diagnostics: file.diagnostics.filter(({ severity }) => shown.includes(severity)),
  }))
  if (format === 'json') return terminal.out(jsonText(checkJson(visible)))
  if (format === 'sarif') return terminal.out(jsonText((await import('./check-sarif.ts')).sarifOf(visible, version)))
  if (format === 'github') return terminal.out((await import('./check-github.ts')).githubText(visible))
  if (verbose !== true && terminal.columns === null) return terminal.out(plainText(files))
  const text = sourceText(visible, terminal.color, terminal.columns)
  terminal.out(`${text}${text === '' ? '' : '\n'}${summaryText(files, shown)}`)
}

function asError<T extends { readonly severity: Severity }>(one: T): T {
  return one.severity === 'warning' ? { ...one, severity: 'error' } : one
}

// As from here, where it is below.
function shortPath(path: string): string {
  const short = relative(process.cwd(), path)
  if (short === '') return '.'
  return short.startsWith(`..${sep}`) || isAbsolute(short) ? path : short
}

function wait(text: string): Duration {
  const parsed = parseDuration(text)
  if (parsed.ok && parsed.value >= 0) return parsed.value
  throw new UsageError(
    `--max-wait: ${parsed.ok ? `negative duration: ${text}` : parsed.message}; expected seconds, or a duration such as 90s or 2h`,
  )
}
