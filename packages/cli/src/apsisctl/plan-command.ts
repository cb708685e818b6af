import { stat } from 'node:fs/promises'
import type { CheckedJobFile } from '@apsis/core/check'
import { DAY, formatInstant, type Instant } from '@apsis/core/time'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Context, type Outcome, UsageError } from '../command/index.ts'
import { jsonText } from '../terminal/index.ts'

/** Most days that runs are compared for. */
const MOST_DAYS = 366

interface Options {
  readonly dir?: string
  readonly repo: string
  readonly config?: string
  readonly days: number
  readonly tz?: string
  readonly format?: 'text' | 'json' | 'markdown'
}

/** The command `plan`: what putting one job folder in the place of another would do; needs no server. */
export function addPlan(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  program
    .command('plan')
    .description(
      'what a change of the job folder would do: jobs, runs, odd days; exit code 1 where the new one has errors',
    )
    .argument('<old>', 'a folder, or REVISION:PATH in a git repository; with --dir a revision')
    .argument('<new>', 'likewise')
    .option('--dir <path>', 'the job folder, from the current one, at the git revisions OLD and NEW')
    .option('-C, --repo <dir>', 'where git is run', '.')
    .option('--config <file>', 'the config file of the server: it may name calendars')
    .option('--days <days>', `compare the runs of so many days from now, up to ${MOST_DAYS}`, parseDays, 7)
    .option('--tz <zone>', "the time zone to show times in; default the reader's")
    .addOption(
      new Option('--format <format>', 'form of the output; default text').choices(['text', 'json', 'markdown']),
    )
    .action(async (before: string, after: string, options: Options) => {
      const { zoneNamed } = await import('./forecast-time.ts')
      const { makePlan } = await import('./plan-make.ts')
      const zone = zoneNamed(options.tz ?? terminal.zone)
      const now = terminal.now()
      const window = { from: now, to: now + options.days * DAY }
      const olds = await filesOf(before, options, now)
      const news = await filesOf(after, options, now)
      const { namesText } = await import('./jobs-of.ts')
      terminal.err(namesText(news))
      const plan = makePlan(olds, news, window, now)
      outcome.code = plan.problems.length > 0 || plan.runs.broken.length > 0 ? 1 : 0
      if (options.format === 'json') {
        const { planJson } = await import('./plan-json.ts')
        terminal.out(jsonText(planJson(plan)))
        return
      }
      const { planSections } = await import('./plan-lines.ts')
      const { planMarkdown, planText } = await import('./plan-text.ts')
      const sections = planSections(plan, zone)
      const days = `runs of ${options.days} ${options.days === 1 ? 'day' : 'days'} from ${formatInstant(Math.floor(now / 1000) * 1000)}`
      const head = `${before} → ${after}, ${days}, times in ${zone}`
      terminal.out(
        options.format === 'markdown' ? planMarkdown(sections, head) : planText(sections, head, terminal.columns),
      )
    })
}

/** The job files of a folder, of `REVISION:PATH`, or of `--dir` at a revision. A folder of that name comes first. */
async function filesOf(
  name: string,
  { dir, repo, ...options }: Options,
  now: Instant,
): Promise<readonly CheckedJobFile[]> {
  const { checkFiles, filesOfFolder } = await import('./jobs-of.ts')
  const colon = name.indexOf(':')
  const config = options.config ?? null
  const there = dir === undefined && (await isThere(name))
  if (there) return filesOfFolder({ folder: name, config }, now)
  if (dir === undefined && colon < 0) {
    throw new UsageError(`${name}: no such folder; for a git revision, name its job folder: --dir DIR, or ${name}:DIR`)
  }
  const { gitJobFiles } = await import('./plan-git.ts')
  if (dir === undefined) {
    const [revision, path] = [name.slice(0, colon), name.slice(colon + 1)]
    return checkFiles(await gitJobFiles({ repository: repo, revision, path: path.replace(/\/+$/, '') }), config, now)
  }
  if (dir.startsWith('/')) throw new UsageError(`--dir: expected a path from the current folder, not ${dir}`)
  const path = `./${dir}`.replace(/(\/\.?)+$/, '')
  return checkFiles(
    await gitJobFiles({ repository: repo, revision: name, path: path === '.' ? './' : path }),
    config,
    now,
  )
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function parseDays(text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (days < 1 || days > MOST_DAYS) throw new InvalidArgumentError(`expected a whole number from 1 to ${MOST_DAYS}`)
  return days
}
