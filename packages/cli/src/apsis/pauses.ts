import type { Client } from '@apsis/api/client'
import { parseTime, type PauseJson } from '@apsis/api/json'
import { formatInstant } from '@apsis/core/time'
import type { Command } from 'commander'
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
import { localTime, printable, table, type Terminal } from '../terminal/index.ts'
import { withJob } from './known-job.ts'
import { type ReasonOptions, withReason } from './reason.ts'
import { forEach } from './selection.ts'
import { shortId } from './short-id.ts'
import { timeOf } from './times.ts'

interface PauseOptions extends AddressOptions, ReasonOptions {
  readonly label?: string
  readonly until?: string
  readonly hold?: boolean
  readonly format?: Format
}

/** The commands about pauses: pause, resume, pauses. */
export function addPauses(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withReason(withServer(program.command('pause').description('keep the schedules of jobs from starting runs')))
    .argument('[job-id]', 'a job, or all below a folder: a prefix that ends in /')
    .option('-l, --label <label>', 'all jobs with this label, instead')
    .option('-u, --until <time>', 'ends by itself then: +DURATION, a full time, or the next such daytime')
    .option('--hold', 'hold what comes due, and begin it afterwards; otherwise it is skipped')
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (jobId: string | undefined, options: PauseOptions) => {
      const { label, until, reason } = options
      if ((jobId === undefined) === (label === undefined)) throw new UsageError('give either a job or --label')
      const body = {
        scope: label === undefined ? ('job' as const) : ('label' as const),
        target: label ?? jobId ?? '',
        mode: options.hold === true ? ('hold' as const) : ('skip' as const),
        ...(until === undefined ? {} : { until: formatInstant(timeOf('--until', until, terminal)) }),
        ...(reason === undefined ? {} : { reason }),
      }
      outcome.code = await onServer(context, options, async ({ client }) => {
        const made = await withJob({ client, terminal }, body.target, () => client.pause(body))
        terminal.out(structured(made, options.format) ?? pauseText(made.pause, made.jobs, terminal))
        return 0
      })
    })

  withReason(withServer(program.command('resume').description('end pauses; what they held begins, in order of time')))
    .argument('<pause...>', 'its id or the beginning of it, or the job, folder or label that it is of')
    .action(async (names: string[], options: AddressOptions & ReasonOptions) => {
      outcome.code = await onServer(context, options, async (server) => {
        const pauses = await server.client.pauses()
        const ids = names.flatMap((name) => {
          const of = idsOf(pauses, name)
          if (of.length > 1)
            terminal.err(`${of.length} pauses are of ${printable(name)}, and all end: ${of.map(shortId).join(', ')}\n`)
          return of
        })
        return forEach(terminal, server, ids, async (client: Client, id) => {
          await client.resume(id, options.reason)
        })
      })
    })

  withServer(program.command('pauses').description('the pauses in force'))
    .option('-j, --job <job-id>', 'only those that are of this job')
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (options: AddressOptions & { job?: string; format?: Format }) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        const pauses = await client.pauses(options.job === undefined ? {} : { job_id: options.job })
        terminal.out(structured(pauses, options.format) ?? pausesTable(pauses, terminal))
        return 0
      })
    })
}

/** The ids of the pauses that are meant. What none is meant by goes to the server as it is, which says so. */
function idsOf(pauses: readonly PauseJson[], name: string): readonly string[] {
  const ids = (found: readonly PauseJson[]): readonly string[] => found.map(({ pause_id: id }) => id)
  const byTarget = ids(pauses.filter(({ target }) => target === name))
  if (byTarget.length > 0) return byTarget
  const begin = name.length < 4 ? [] : ids(pauses.filter(({ pause_id: id }) => id.startsWith(name)))
  if (begin.length > 1) throw new UsageError(`several pauses begin with ${name}: ${begin.join(', ')}`)
  return begin.length === 1 ? begin : [name]
}

function pauseText(pause: PauseJson, jobs: number, terminal: Terminal): string {
  const until = pause.until === null ? `until: apsis resume ${pause.target}` : `until ${local(pause.until, terminal)}`
  const mode = pause.mode === 'skip' ? 'what comes due is skipped' : 'what comes due is held, and begins afterwards'
  const of = pause.scope === 'label' || pause.target.endsWith('/') ? ` (${jobsText(pause, jobs)})` : ''
  return printable(`pause ${shortId(pause.pause_id)}: ${pause.scope} ${pause.target}${of}, ${until}; ${mode}`).concat(
    '\n',
  )
}

function pausesTable(pauses: readonly PauseJson[], terminal: Terminal): string {
  const rows = pauses.map(({ pause_id: id, scope, target, until, mode, reason }) =>
    [
      shortId(id),
      scope === 'label' ? `label ${target}` : target,
      until === null ? '' : local(until, terminal),
      mode,
      reason ?? '',
    ].map((text) => ({ text })),
  )
  const columns = [
    { title: 'pause' },
    { title: 'of', min: 12 },
    { title: 'until' },
    { title: 'mode' },
    { title: 'reason', min: 12, most: 120 },
  ]
  return `${table(columns, rows, terminal.columns)}\n`
}

function jobsText({ scope }: PauseJson, jobs: number): string {
  if (jobs === 0) return scope === 'label' ? 'no job has this label now' : 'no job is in this folder now'
  return jobs === 1 ? '1 job' : `${jobs} jobs`
}

function local(time: string, { zone }: Pick<Terminal, 'zone'>): string {
  const at = parseTime(time)
  return at === null ? time : localTime(at, zone)
}
