import type { BackfillBody } from '@apsis/api/routes'
import { formatInstant } from '@apsis/core/time'
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
import type { Terminal } from '../terminal/index.ts'
import { withJob } from './known-job.ts'
import { type ReasonOptions, withReason } from './reason.ts'
import { forEach } from './selection.ts'
import { backfillsTable, backfillText, backfillPreviewText } from './show-backfills.ts'
import { timeOf } from './times.ts'

interface BackfillOptions extends AddressOptions, ReasonOptions {
  readonly from: string
  readonly to: string
  readonly order?: 'oldest' | 'newest'
  readonly concurrency?: number
  readonly schedule?: string
  readonly dryRun?: boolean
  readonly format?: Format
}

/** The commands about backfills: backfill, backfills, cancel-backfill. */
export function addBackfills(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withReason(
    withServer(program.command('backfill').description('make a run for every due time that a job had in a range')),
  )
    .argument('<job-id>')
    .requiredOption('--from <time>', 'from this time on: a date, a time, today, or a duration ago such as 3d')
    .option('--to <time>', 'before this time, which has passed; default now', 'now')
    .option('--order <order>', 'oldest (default) or newest first', parseOrder)
    .option('-c, --concurrency <count>', 'so many of its runs unfinished at once, 1 to 1000; default 1', parseCount)
    .option('--schedule <schedule>', 'only of one schedule: its number in the job from 1, or its key')
    .option('-n, --dry-run', 'only say which runs it would make')
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (jobId: string, options: BackfillOptions) => {
      const body = bodyOf(jobId, options, terminal)
      outcome.code = await onServer(context, options, async ({ client }) => {
        const { format } = options
        if (options.dryRun === true) {
          const preview = await withJob({ client, terminal }, jobId, () => client.previewBackfill(body))
          terminal.out(structured(preview, format) ?? backfillPreviewText(preview, terminal))
          return 0
        }
        const backfill = await withJob({ client, terminal }, jobId, () => client.backfill(body))
        terminal.out(structured(backfill, format) ?? backfillText(backfill))
        return 0
      })
    })

  withServer(program.command('backfills').description('the backfills and how far they have come, newest first'))
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (options: AddressOptions & { format?: Format }) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        const backfills = await client.backfills()
        terminal.out(structured(backfills, options.format) ?? backfillsTable(backfills, terminal))
        return 0
      })
    })

  withReason(
    withServer(program.command('cancel-backfill').description('make no more runs of backfills; those made go on')),
  )
    .argument('<backfill...>', 'its id, or the beginning of it')
    .action(async (names: string[], options: AddressOptions & ReasonOptions) => {
      outcome.code = await onServer(context, options, async (server) => {
        const backfills = await server.client.backfills()
        const ids = names.map((name) => {
          const found = name.length < 4 ? [] : backfills.filter(({ backfill_id: id }) => id.startsWith(name))
          if (found.length > 1) throw new UsageError(`several backfills begin with ${name}`)
          return found[0]?.backfill_id ?? name
        })
        return forEach(terminal, server, ids, async (client, id) => {
          await client.cancelBackfill(id, options.reason)
        })
      })
    })
}

function bodyOf(jobId: string, options: BackfillOptions, terminal: Terminal): Omit<BackfillBody, 'dry_run'> {
  const { order, concurrency, schedule, reason } = options
  return {
    job_id: jobId,
    from: formatInstant(timeOf('--from', options.from, terminal, 'back')),
    to: formatInstant(timeOf('--to', options.to, terminal, 'back')),
    ...(order === undefined ? {} : { order }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(schedule === undefined ? {} : { schedule: /^\d{1,4}$/.test(schedule) ? Number(schedule) : schedule }),
    ...(reason === undefined ? {} : { reason }),
  }
}

function parseOrder(text: string): 'oldest' | 'newest' {
  if (text === 'oldest' || text === 'newest') return text
  throw new InvalidArgumentError('expected oldest or newest')
}

function parseCount(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > 1_000) throw new InvalidArgumentError('expected a whole number from 1 to 1000')
  return count
}
