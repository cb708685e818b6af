import { suggestion } from '@apsis/core/document'
import {
  countRuns,
  forecast,
  FORECAST_BOUNDS,
  type ForecastEnd,
  type ForecastRun,
  type ForecastWindow,
  type RunCounts,
} from '@apsis/core/forecast'
import type { Job } from '@apsis/core/job'
import { formatInstant } from '@apsis/core/time'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Context, type Outcome, UsageError } from '../command/index.ts'
import { printable } from '../terminal/index.ts'
import type { ForecastFormat } from './forecast-show.ts'

/** Runs shown where nothing says how many. */
const SHOWN = 1_000
/** Most runs that are shown, since they are held to be laid out. */
const MOST = 100_000

interface Options {
  readonly config?: string
  readonly from?: string
  readonly to?: string
  readonly job?: readonly string[]
  readonly label?: readonly string[]
  readonly limit?: number
  readonly tz?: string
  readonly format?: ForecastFormat
  readonly count?: boolean
  readonly keepGoing?: boolean
}

/** The command `forecast`: the runs that the schedules of a job folder are to make; needs no server. */
export function addForecast(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  program
    .command('forecast')
    .description('the runs that the schedules of a job folder make in a range of time')
    .argument('<dir>')
    .option('--config <file>', 'the config file of the server: it may name calendars')
    .option('--from <time>', 'now, +DURATION, a date, a full time, or a daytime; default now')
    .option('--to <time>', 'likewise, and +DURATION is after --from; default +24h')
    .option('-j, --job <job-id...>', 'only these jobs')
    .option('-l, --label <label...>', 'only jobs with one of these labels')
    .option('-n, --limit <count>', `at most so many runs; default ${SHOWN}`, parseLimit)
    .option('--tz <zone>', "the time zone to show times in; default the reader's")
    .addOption(new Option('--format <format>', 'form of the output; default table').choices(['table', 'json', 'csv']))
    .option('--count', 'how many runs each job has; `more than N` where there are too many to count')
    .option('--keep-going', 'where files have errors, go on with the others')
    .action(async (folder: string, options: Options) => {
      const { windowOf, zoneNamed } = await import('./forecast-time.ts')
      const { filesOfFolder, jobsOf, namesText, withErrors } = await import('./jobs-of.ts')
      const { countText, runsText } = await import('./forecast-show.ts')
      const zone = zoneNamed(options.tz ?? terminal.zone)
      const now = terminal.now()
      const window = windowOf(options, now, zone)
      const files = await filesOfFolder({ folder, config: options.config ?? null }, now)
      terminal.err(namesText(files))
      const asked = options.job
      // Those of other jobs do not matter to the jobs asked for.
      const bad = withErrors(files).filter(({ jobId }) => asked?.includes(jobId) ?? true)
      if (bad.length > 0) {
        const { plainText, sourceText } = await import('./show-check.ts')
        terminal.err(terminal.columns === null ? plainText(bad) : sourceText(bad, terminal.color, terminal.columns))
        if (options.keepGoing !== true) {
          terminal.err('Error: files have errors; --keep-going for a forecast of the others\n')
          outcome.code = 1
          return
        }
      }
      const broken = new Set(bad.map(({ jobId }) => jobId))
      const all = jobsOf(files).filter(({ id }) => !broken.has(id))
      const jobs = chosen(all, options)
      const format = options.format ?? 'table'
      if (options.count === true) {
        const counted = countRuns(jobs, window)
        terminal.out(countText(counted, format, terminal.columns))
        if (format !== 'json') cutText(context, counted)
        outcome.code = brokenText(context, counted)
        return
      }
      const { runs, end } = take(jobs, window, options.limit ?? SHOWN)
      terminal.out(runsText(runs, { format, zone, columns: terminal.columns }))
      if (end.more)
        terminal.err(
          `(the first ${runs.length === 1 ? 'run' : `${runs.length} runs`}; there are more: --limit N for more, --count for all)\n`,
        )
      outcome.code = brokenText(context, end)
    })
}

function take(
  jobs: readonly Job[],
  window: ForecastWindow,
  limit: number,
): { readonly runs: readonly ForecastRun[]; readonly end: ForecastEnd } {
  const runs: ForecastRun[] = []
  const all = forecast(jobs, { ...window, limit })
  for (let step = all.next(); ; step = all.next()) {
    if (step.done === true) return { runs, end: step.value }
    runs.push(step.value)
  }
}

function cutText({ terminal }: Context, { cut }: RunCounts): void {
  const { schedule, total } = FORECAST_BOUNDS
  for (const { jobId, index, until } of cut) {
    terminal.err(
      `(${printable(jobId)}: schedule[${index}]: counted up to ${formatInstant(until)}, and there are more)\n`,
    )
  }
  if (cut.length > 0) terminal.err(`(at most ${schedule} runs of a schedule and ${total} in all are counted)\n`)
}

function brokenText({ terminal }: Context, { broken }: Pick<ForecastEnd, 'broken'>): 0 | 1 {
  for (const { jobId, index, message } of broken) {
    terminal.err(`Error: ${printable(`${jobId}: schedule[${index}]: ${message}`)}; its further runs are missing\n`)
  }
  return broken.length === 0 ? 0 : 1
}

function chosen(jobs: readonly Job[], { job, label }: Options): readonly Job[] {
  const ids = new Set(jobs.map(({ id }) => id))
  const labels = new Set(jobs.flatMap((one) => one.labels))
  for (const id of job ?? []) known('job', id, ids)
  for (const name of label ?? []) known('label', name, labels)
  return jobs.filter(
    (one) => (job?.includes(one.id) ?? true) && (label?.some((name) => one.labels.includes(name)) ?? true),
  )
}

function known(what: string, name: string, names: ReadonlySet<string>): void {
  if (names.has(name)) return
  const hint =
    names.size <= 20 || suggestion(name, [...names])?.startsWith('did') === true ? suggestion(name, [...names]) : null
  throw new UsageError(printable(`no such ${what}: ${name}${hint === null ? '' : `; ${hint}`}`))
}

function parseLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MOST) throw new InvalidArgumentError(`expected a whole number from 1 to ${MOST}`)
  return limit
}
