import {
  type CatchupCount,
  type CatchupPreview,
  type CatchupReason,
  catchupDefaults,
  previewCatchup,
} from '@apsis/core/catchup'
import { defaultConfig } from '@apsis/core/config'
import type { Json } from '@apsis/core/json'
import { type Pause, readPause } from '@apsis/core/pause'
import { formatInstant } from '@apsis/core/time'
import type { Command } from 'commander'
import { dirname, resolve } from 'node:path'
import { type Context, type Format, formats, type Outcome, structured } from '../command/index.ts'
import { localTime, printable, table, type Terminal } from '../terminal/index.ts'
import { fits, previewBlocks } from './catch-up-blocks.ts'
import { type DataOption, dataFolder, onFolder, withData } from './data-folder.ts'

interface Options extends DataOption {
  readonly jobs?: string
  readonly config?: string
  readonly format?: Format
}

/** The command `catch-up`: what a start would make up for, and what it would call missed. Reads only; needs no server. */
export function addCatchUp(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withData(program.command('catch-up').description('what a server that starts now would make up for; changes nothing'))
    .option('--jobs <dir>', 'the job folder, instead of the one that the config names; default jobs')
    .option(
      '--config <file>',
      'the config file of the server: it may name both folders and calendars, and say what is made up for',
    )
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (options: Options) => {
      await onFolder(context, outcome, async () => {
        const { peekLedger } = await import('@apsis/server/data-folder')
        const { configOf } = await import('./check.ts')
        const { filesOfFolder, jobsOf, withErrors } = await import('./jobs-of.ts')
        const now = terminal.now()
        const { config: path } = options
        const config = path === undefined ? defaultConfig() : await configOf(path)
        const configured = path === undefined ? config.jobDir : resolve(dirname(path), config.jobDir)
        const folder = options.jobs ?? configured
        const defaults = catchupDefaults(config.schedule, now)
        const files = await filesOfFolder({ folder, config: path ?? null }, now)
        const bad = withErrors(files)
        for (const { jobId } of bad) {
          terminal.err(`${printable(`Warning: ${jobId} has errors: see apsisctl check-jobs ${folder}`)}\n`)
        }
        const ledger = peekLedger(dataFolder(options, path === undefined ? null : { path, data: config.data }), now)
        const adHoc = new Set(ledger.adHoc)
        const preview = previewCatchup({
          jobs: jobsOf(files),
          cursors: ledger.cursors.filter(({ jobId }) => !adHoc.has(jobId)),
          undecided: ledger.undecided.filter(({ jobId }) => !adHoc.has(jobId)),
          pauses: ledger.pauses.map(pauseOf),
          defaults,
          now,
          gap: ledger.alive === null ? null : { from: ledger.alive, to: now, cause: 'down' },
        })
        terminal.out(structured(preview.map(previewJson), options.format) ?? previewText(preview, terminal))
        return preview.some(({ broken }) => broken !== null) ? 1 : 0
      })
    })
}

function pauseOf(stored: Json): Pause {
  const read = readPause(stored)
  if (!read.ok) throw new Error(`a pause cannot be read: ${read.message}`)
  return read.value
}

function previewJson({ jobId, scheduleKey, run, recent, skipped, held, missed, broken }: CatchupPreview): object {
  const span = ({ count, first, last }: CatchupCount) => ({
    count,
    first: formatInstant(first),
    last: formatInstant(last),
  })
  const reasoned = (some: readonly CatchupReason[]) => some.map((one) => ({ ...span(one), reason: one.reason }))
  return {
    job_id: jobId,
    schedule_key: scheduleKey,
    run: run === null ? null : { ...span(run), last_start: formatInstant(run.lastStart) },
    recent: recent === null ? null : span(recent),
    skipped: reasoned(skipped),
    held: reasoned(held),
    missed: reasoned(missed),
    broken,
  }
}

function previewText(preview: readonly CatchupPreview[], { zone, columns }: Terminal): string {
  if (preview.length === 0) return 'nothing is due\n'
  const rows = preview.flatMap(({ jobId, scheduleKey, run, recent, skipped, held, missed, broken }) =>
    [
      ...missed.map((one) => ({ ...one, what: 'missed', why: one.reason })),
      ...skipped.map((one) => ({ ...one, what: 'skipped', why: `by a pause: ${one.reason}` })),
      ...held.map((one) => ({ ...one, what: 'held', why: one.reason })),
      ...(run === null ? [] : [{ ...run, what: 'run', why: `started by ${localTime(run.lastStart, zone)}` }]),
      ...(recent === null ? [] : [{ ...recent, what: 'run', why: 'due within the last minute: not overdue' }]),
    ]
      .map(({ what, count, first, last, why }) => [
        jobId,
        scheduleKey,
        what,
        String(count),
        localTime(first, zone),
        localTime(last, zone),
        why,
      ])
      .concat(broken === null ? [] : [[jobId, scheduleKey, 'broken', '', '', '', broken]]),
  )
  const titles = [
    { title: 'job' },
    { title: 'schedule' },
    { title: 'what' },
    { title: 'count', align: 'right' },
    { title: 'first' },
    { title: 'last' },
    { title: 'why' },
  ] as const
  const shown = table(
    titles,
    rows.map((row) => row.map((text) => ({ text }))),
    null,
  )
  if (columns !== null && !fits(shown, columns)) return previewBlocks(rows, columns)
  return `${shown}\n`
}
