import { ApiError } from '@apsis/api/client'
import type { Command } from 'commander'
import { type Context, type Format, formats, onServer, type Outcome, structured, withServer } from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { printable } from '../terminal/index.ts'
import { reloadText, stateText } from './show-reload.ts'

interface ReloadOptions extends AddressOptions {
  readonly dryRun?: boolean
  readonly quiet?: boolean
}

/** The commands that control a running server: reload-jobs, jobs-state, version, shut-down, restart. */
export function addControl(program: Command, context: Context, outcome: Outcome): void {
  const { terminal } = context
  withServer(program.command('reload-jobs').description('have the server read its job folder again'))
    .option('--dry-run', 'only say what would change')
    .option('--quiet', 'print nothing where it succeeds')
    .action(async (options: ReloadOptions) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        try {
          const changes = await client.reloadJobs({ dry_run: options.dryRun === true })
          if (options.quiet !== true) terminal.out(reloadText(changes, terminal))
          return 0
        } catch (error) {
          if (!(error instanceof ApiError) || error.jobErrors === null) throw error
          terminal.err(`Error: ${error.message} [API status: ${error.status}]\n`)
          for (const [jobId, text] of error.jobErrors ?? []) terminal.err(printable(`${jobId}: ${text}`).concat('\n'))
          return 1
        }
      })
    })

  withServer(
    program.command('jobs-state').description('which jobs are in force, and what is wrong with the job folder'),
  )
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (options: AddressOptions & { readonly format?: Format }) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        const state = await client.jobsState()
        terminal.out(structured(state, options.format) ?? stateText(state, terminal))
        return state.problem_count === 0 ? 0 : 1
      })
    })

  withServer(program.command('version').description('the version of the server, and of this command')).action(
    async (options: AddressOptions) => {
      outcome.code = await onServer(context, options, async ({ base, client }) => {
        const version = await client.version()
        terminal.out(`server: ${base}\nserver version: ${version}\nclient version: ${context.version}\n`)
        return 0
      })
    },
  )

  for (const [name, description, restart] of [
    ['shut-down', 'shut the server down; running processes go on', false],
    ['restart', 'restart the server; running processes go on', true],
  ] as const) {
    withServer(program.command(name).description(description)).action(async (options: AddressOptions) => {
      outcome.code = await onServer(context, options, async ({ client }) => {
        await client.shutDown(restart ? { restart } : {})
        return 0
      })
    })
  }
}
