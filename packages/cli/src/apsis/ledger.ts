import { LEDGER_VERDICTS, type VerdictJson } from '@apsis/api/json'
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
import { withJob } from './known-job.ts'
import { firstInstants, newestInstants } from './ledger-pages.ts'
import { ledgerText } from './ledger-text.ts'
import { timeOf } from './times.ts'

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
    .argument('[job-id]', 'only of this job: its id, or enough of its words')
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
      const to = options.to === undefined ? now : timeOf('--to', options.to, terminal, 'back')
      const from = options.from === undefined ? to - DAY : timeOf('--from', options.from, terminal, 'back')
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
        const read = (of: typeof query) => (newest ? newestInstants : firstInstants)(client, of, limit)
        let page = await read(query)
        if (jobId !== undefined && page.instants.length === 0) {
          // The ledger keeps jobs that are gone, and takes whole ids: a job that is meant by less, or is none, is told apart only now.
          const { job_id } = await withJob({ client, terminal }, jobId, () => client.job(jobId))
          if (job_id !== jobId) page = await read({ ...query, job_id })
        }
        const { instants, counts } = page
        terminal.out(structured(page, options.format) ?? ledgerText(instants, counts, terminal))
        if (page.truncated) terminal.err(`(the ${newest ? 'newest' : 'first'} ${instants.length}; ${MORE})\n`)
        return 0
      })
    })
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
