import type { Client } from '@apsis/api/client'
import type { RunJson } from '@apsis/api/json'
import type { Command } from 'commander'
import {
  type Context,
  type ExitCode,
  type Format,
  formats,
  onServer,
  type Outcome,
  structured,
  withServer,
} from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { printable, type Terminal, yamlText } from '../terminal/index.ts'
import { onArchive } from './archive.ts'
import { withJob } from './known-job.ts'
import { addRuns } from './list-runs.ts'
import { jobsTable, pausedText } from './show-jobs.ts'
import { withArchiveHint } from './unknown-run.ts'
import { isMarked, runText } from './show-runs.ts'
import { diffText, SHORT_HASH, versionsText } from './versions.ts'

interface ReadOptions extends AddressOptions {
  readonly format?: Format
}

interface JobOptions extends ReadOptions {
  readonly versions?: boolean
  readonly diff?: boolean
  readonly from?: string
  readonly to?: string
}

/** The commands that read: jobs, job, runs, run. */
export function addReading(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withServer(program.command('jobs').description('list jobs'))
    .option('-l, --label <label>', 'only jobs with this label')
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (options: ReadOptions & { label?: string }) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        const jobs = await client.jobs(options.label === undefined ? {} : { label: options.label })
        const text = structured(jobs, options.format)
        terminal.out(text ?? jobsTable(jobs, await client.pauses(), terminal))
        return 0
      })
    })

  withServer(program.command('job').description('show a job').argument('<job-id>', 'a job id, or enough of its words'))
    .option('--versions', 'the definitions that it has had, newest first')
    .option('--diff', 'what made its last definition of the one before')
    .option('--from <version>', 'with --diff: the older version, by the beginning of its hash')
    .option('--to <version>', 'with --diff: the newer version')
    .addOption(formats('yaml', 'json'))
    .action(async (jobId: string, options: JobOptions) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        const { from, to, format } = options
        if (options.diff === true || from !== undefined || to !== undefined) {
          const ends = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
          const diff = await withJob({ client, terminal }, jobId, () => client.jobDiff(jobId, ends))
          terminal.out(structured(diff, format) ?? diffText(diff, terminal))
          return 0
        }
        if (options.versions === true) {
          const versions = await withJob({ client, terminal }, jobId, () => client.jobVersions(jobId))
          terminal.out(structured(versions, format) ?? versionsText(versions, terminal))
          return 0
        }
        const job = await withJob({ client, terminal }, jobId, () => client.job(jobId))
        // What follows from the rest is for programs, which say what format they want.
        const { common_conditions: _common, resolved_conditions: _resolved, hash: _hash, ...own } = job
        if (options.format === undefined)
          terminal.out(pausedText(await client.pauses({ job_id: job.job_id }), terminal))
        terminal.out(structured(options.format === undefined ? own : job, options.format ?? 'yaml') ?? '')
        return 0
      })
    })

  addRuns(program, context, outcome)

  withServer(program.command('run').description('show runs').argument('<run-id...>'))
    .option(
      '-v, --verbose',
      'more: the version of its job that it ran, and the log; twice: everything',
      (_: string, count: number) => count + 1,
      0,
    )
    .addOption(formats('table', 'json', 'yaml'))
    .option('--archive <path>', 'from an archive file, instead of a server; needs none')
    .action(async (runIds: string[], options: ReadOptions & { verbose: number; archive?: string }) => {
      const { archive } = options
      const show = (client: ShownClient): Promise<ExitCode> => showRuns(client, runIds, options, terminal)
      outcome.code =
        archive === undefined
          ? await onServer(context, options, ({ client }) => withArchiveHint(terminal, () => show(client)))
          : await onArchive(context, archive, show)
    })
}

type ShownClient = Pick<Client, 'run' | 'runLog'>

async function showRuns(
  client: ShownClient,
  runIds: readonly string[],
  { format, verbose }: Pick<ReadOptions, 'format'> & { readonly verbose: number },
  terminal: Terminal,
): Promise<ExitCode> {
  for (const runId of runIds) {
    const run = await client.run(runId)
    const text = structured(run, format)
    const log = text === null && (verbose > 0 || isMarked(run)) ? await client.runLog(runId) : []
    const mark = isMarked(run) ? log.findLast(({ message }) => message.startsWith('marked as ')) : undefined
    terminal.out(text ?? runText(run, terminal, mark ?? null))
    if (verbose === 0 || text !== null) continue
    if (run.definition !== undefined) terminal.out(`version: ${run.definition.slice(0, SHORT_HASH)}\n`)
    for (const { timestamp, message } of log) terminal.out(`${timestamp} ${printable(message)}\n`)
    if (verbose > 1) terminal.out(details(run))
  }
  return 0
}

function details(run: RunJson): string {
  const text = yamlText({ program: run.program, meta: run.meta, actions: run.actions, origin: run.origin })
  return text.split('\n').map(printable).join('\n')
}
