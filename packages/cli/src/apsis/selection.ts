import type { Command } from 'commander'
import type { Client } from '@apsis/api/client'
import type { BulkOperation } from '@apsis/api/json'
import { formatQuery } from '@apsis/core/query'
import { parseRunId } from '@apsis/core/run'
import {
  type Context,
  type ExitCode,
  type Format,
  formats,
  onServer,
  type Server,
  UsageError,
  withServer,
} from '../command/index.ts'
import { type AddressOptions, failureText } from '../connect/index.ts'
import type { Terminal } from '../terminal/index.ts'
import { bulkByQuery } from './bulk.ts'
import { readQuery } from './list-runs.ts'
import { type ReasonOptions, withReason } from './reason.ts'

/** Which runs a command is for: those named, or those that match a query. */
export interface SelectionOptions extends AddressOptions, ReasonOptions {
  readonly query?: string
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly format?: Format
}

/** Gives a command its runs, by id or by query, and the options that go with them. */
export function withSelection(command: Command): Command {
  return withReason(
    withServer(command)
      .argument('[run-id...]', 'the runs; or --query')
      .option('-q, --query <query>', 'all runs that match (docs/reference/query.md), at most 10,000; asks first')
      .option('-y, --yes', 'with --query: does not ask')
      .option('-n, --dry-run', 'only say to which runs it would be done')
      .addOption(formats('table', 'json', 'yaml')),
  )
}

/** Does one thing to the runs of the selection, each by `one` or all by query. */
export async function onSelection(
  context: Context,
  {
    runIds,
    options,
    operation,
  }: {
    readonly runIds: readonly string[]
    readonly options: SelectionOptions
    readonly operation: BulkOperation
  },
  one: (client: Client, runId: string) => Promise<void>,
): Promise<ExitCode> {
  const { query } = options
  if ((query === undefined) === (runIds.length === 0)) {
    throw new UsageError(query === undefined ? 'give run ids, or --query' : 'give either run ids or --query, not both')
  }
  if (query !== undefined) {
    const asked = readQuery(query, context)
    if (asked.terms.length === 0) throw new UsageError('--query is empty: every run would match; name states or jobs')
    const selection = { query: formatQuery(asked) }
    return onServer(context, options, (server) => bulkByQuery(context, server, { selection, operation, ...options }))
  }
  if (options.dryRun === true) {
    const selection = { run_ids: runIds.map(idOf) }
    return onServer(context, options, (server) => bulkByQuery(context, server, { selection, operation, ...options }))
  }
  return onServer(context, options, (server) => forEach(context.terminal, server, runIds, one))
}

/** Does one thing to each run, and goes on where it is refused: exit code 1 when any was. */
export async function forEach(
  terminal: Terminal,
  server: Server,
  runIds: readonly string[],
  one: (client: Client, runId: string) => Promise<void>,
): Promise<ExitCode> {
  let code: ExitCode = 0
  for (const runId of runIds) {
    try {
      await one(server.client, runId)
    } catch (error) {
      terminal.err(`Error: ${failureText(error, server.base)}\n`)
      code = 1
    }
  }
  return code
}

function idOf(text: string): `r${number}` {
  const id = parseRunId(text)
  if (id === null) throw new UsageError(`not a run id: ${text}; expected r and a number, such as r12`)
  return id
}
