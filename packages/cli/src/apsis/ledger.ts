import { type InstantJson, type InstantsJson, LEDGER_VERDICTS, type VerdictJson } from '@apsis/api/json'
import { parseInstant } from '@apsis/core/time'
import { type Command, InvalidArgumentError } from 'commander'
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
import { localTime, table, type Terminal } from '../terminal/index.ts'
import { timeOf } from './hold.ts'
import { firstInstants, newestInstants } from './ledger-pages.ts'

const SHOWN = 200
const MOST = 100_000
const MORE = 'there are more: --limit N for more, or --from, --to, --verdict'
const DAY = 86_400_000

interface Options extends AddressOptions {
  readonly from?: string
  readonly to?: string
  readonly verdict?: readonly (VerdictJson | 'undecided')[]
  readonly limit?: number
  readonly format?: Format
}

/** The command `ledger`: what became of each due time. */
export function addLedger(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withServer(program.command('ledger').description('what became of each due time of the schedules'))
    .argument('[job-id]', 'only of this job')
    .option(
      '--from <time>',
      'from this time on: 3d (ago), +2h (ahead), a date, a time, today; default: the newest of the day before --to',
    )
    .option('--to <time>', 'before this time; default now')
    .option('-v, --verdict <verdict>', `only ${LEDGER_VERDICTS.join(', ')}; several with commas`, parseVerdicts)
    .option('-n, --limit <count>', `at most so many; default ${SHOWN}`, parseLimit)
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (jobId: string | undefined, options: Options) => {
      const now = terminal.now()
      const to = options.to === undefined ? now : timeOf(options.to, terminal, 'back')
      const from = options.from === undefined ? to - DAY : timeOf(options.from, terminal, 'back')
      if (from > to) throw new UsageError('--from is after --to')
      const query = {
        from,
        to,
        ...(jobId === undefined ? {} : { job_id: jobId }),
        ...(options.verdict === undefined ? {} : { verdict: options.verdict }),
      }
      outcome.code = await onServer(context, options, async ({ client }) => {
        const limit = options.limit ?? SHOWN
        // From a time on, the first; of what was until now, the newest.
        const newest = options.from === undefined
        const page = await (newest ? newestInstants : firstInstants)(client, query, limit)
        const { instants, counts } = page
        terminal.out(structured(page, options.format) ?? ledgerText(instants, counts, terminal))
        if (page.truncated) terminal.err(`(the ${newest ? 'newest' : 'first'} ${instants.length}; ${MORE})\n`)
        return 0
      })
    })
}

function ledgerText(
  instants: readonly InstantJson[],
  counts: InstantsJson['counts'],
  { zone, columns }: Terminal,
): string {
  const local = (time: string): string => {
    const parsed = parseInstant(time)
    return parsed.ok ? localTime(parsed.value, zone) : time
  }
  const rows = instants.map(({ due, job_id, run_id, verdict, reason }) =>
    [local(due), job_id, run_id ?? '', verdict ?? 'undecided', reason ?? ''].map((text) => ({ text })),
  )
  const titles = [
    { title: 'due' },
    { title: 'job', min: 10 },
    { title: 'run' },
    { title: 'verdict' },
    { title: 'reason', min: 20, most: 120 },
  ]
  const summed = LEDGER_VERDICTS.filter((name) => (counts?.[name] ?? 0) > 0).map((name) => `${counts?.[name]} ${name}`)
  return `${table(titles, rows, columns)}\nall jobs: ${summed.length === 0 ? 'nothing was due' : summed.join(', ')}\n`
}

function parseVerdicts(text: string): readonly (VerdictJson | 'undecided')[] {
  return text.split(',').map((name) => {
    const verdict = LEDGER_VERDICTS.find((one) => one === name)
    if (verdict === undefined) throw new InvalidArgumentError(`expected some of ${LEDGER_VERDICTS.join(', ')}`)
    return verdict
  })
}

function parseLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MOST) throw new InvalidArgumentError(`expected a whole number from 1 to ${MOST}`)
  return limit
}
