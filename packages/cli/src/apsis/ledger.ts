import { type InstantJson, type InstantsJson, LEDGER_VERDICTS, type VerdictJson } from '@apsis/api/json'
import { type Instant, parseDuration, parseInstant } from '@apsis/core/time'
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
import { localTime, parseWhen, table, type Terminal } from '../terminal/index.ts'

const SHOWN = 200
const MOST = 100_000
/** Instants asked for at a time. */
const PAGE = 10_000
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
    .option('--from <time>', 'from this time on: a time, -DURATION, +DURATION or now; default -1d')
    .option('--to <time>', 'before this time; default now')
    .option('-v, --verdict <verdict>', `only ${LEDGER_VERDICTS.join(', ')}; several with commas`, parseVerdicts)
    .option('-n, --limit <count>', `at most so many; default ${SHOWN}`, parseLimit)
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (jobId: string | undefined, options: Options) => {
      const now = terminal.now()
      const from = timeOf(options.from, now - DAY, terminal)
      const to = timeOf(options.to, now, terminal)
      const query = {
        from,
        to,
        ...(jobId === undefined ? {} : { job_id: jobId }),
        ...(options.verdict === undefined ? {} : { verdict: options.verdict }),
      }
      outcome.code = await onServer(context, options, async ({ client }) => {
        const limit = options.limit ?? SHOWN
        const found: InstantJson[] = []
        let page: InstantsJson
        for (let after: string | null = null; ; ) {
          const most = Math.min(PAGE, limit - found.length)
          page = await client.instants({ ...query, limit: most, ...(after === null ? {} : { after }) })
          found.push(...page.instants)
          after = page.next
          if (after === null || found.length >= limit) break
        }
        terminal.out(
          structured({ ...page, instants: found }, options.format) ?? ledgerText(found, page.counts, terminal),
        )
        if (page.next !== null) terminal.err(`(the first ${found.length}; there are more: --limit N for more)\n`)
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
    { title: 'reason', min: 20 },
  ]
  const summed = LEDGER_VERDICTS.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`)
  return `${table(titles, rows, columns)}\nall jobs: ${summed.length === 0 ? 'nothing was due' : summed.join(', ')}\n`
}

function timeOf(text: string | undefined, otherwise: Instant, terminal: Terminal): Instant {
  if (text === undefined) return otherwise
  const now = terminal.now()
  if (text.startsWith('-')) {
    const ago = parseDuration(text.slice(1))
    if (ago.ok) return now - ago.value
  }
  const parsed = parseWhen(text, now, terminal.zone)
  if (!parsed.ok) throw new UsageError(parsed.message)
  return parsed.value ?? now
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
