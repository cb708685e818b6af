import type { Client } from '@apsis/api/client'
import { parseTime, type RunJson, type RunSummary } from '@apsis/api/json'
import type { RunsQuery } from '@apsis/api/routes'
import { formatQuery, parseQuery, problemsText, type Query } from '@apsis/core/query'
import { STATES, type State } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import { type Command, InvalidArgumentError } from 'commander'
import {
  type Context,
  type ExitCode,
  type Format,
  formats,
  onServer,
  type Outcome,
  structured,
  UsageError,
  withServer,
} from '../command/index.ts'
import type { AddressOptions } from '../connect/index.ts'
import { readerZone } from '../terminal/index.ts'
import { onArchive } from './archive.ts'
import { parseArgs } from './args.ts'
import { runsTable } from './show-runs.ts'

/** Runs that are shown where nothing says how many. */
const SHOWN = 200
/** Most runs that are shown: all of them are held to be put in order. */
const MOST = 100_000
/** Runs asked for at a time. */
const PAGE = 1_000

/** By how much clocks of machines may differ, ms. */
const CLOCKS = 60_000

/** States of runs that are to come. */
const COMING: readonly State[] = ['new', 'scheduled']

interface Options extends AddressOptions {
  readonly format?: Format
  readonly job?: string
  readonly state?: readonly State[]
  readonly arg?: readonly string[]
  readonly limit?: number
  readonly all?: boolean
  readonly coming?: boolean
  readonly summary?: boolean
  /** An archive to list instead of what the server has. */
  readonly archive?: string
}

/** Runs in the order they are shown in, and whether there are more. */
interface Listed<R> {
  readonly runs: readonly R[]
  readonly more: boolean
}

/** The command that lists runs. */
export function addRuns(program: Command, context: Context, outcome: Outcome): void {
  withServer(
    program
      .command('runs')
      .description(
        'list runs by start: what was until now, nearest to now; --coming, --all or states for others, as those skipped ahead',
      ),
  )
    .argument(
      '[query...]',
      'only runs that match, such as: state:failure job:prices/ since:2d (docs/reference/query.md)',
    )
    .option('-j, --job <job-id>', 'only runs of this job')
    .option('-s, --state <state>', 'only runs in this state; several with commas', parseStates)
    .option('-a, --arg <name=value...>', 'only runs with these args')
    .option('-c, --coming', 'the runs to come, the earliest')
    .option('-n, --limit <count>', `at most so many, those nearest to now; default ${SHOWN}`, parseLimit)
    .option('--all', `all runs, also those to come; at most ${MOST} of either`)
    .option('-t, --times', 'accepted, as by the existing client; has no effect')
    .option('--summary', 'with --format: summaries')
    .option('--archive <path>', 'the runs of an archive file, instead of those of a server; needs none')
    .addOption(formats('table', 'json', 'yaml'))
    .action(async (words: readonly string[], options: Options) => {
      const asked = readQuery(words.join(' '), context)
      const { past, coming, ahead } = wantedStates(options, asked)
      const limit = options.limit ?? (options.all === true ? MOST : SHOWN)
      const query: RunsQuery = {
        ...(options.job === undefined ? {} : { job_id: options.job }),
        ...(options.arg === undefined ? {} : { args: parseArgs(options.arg) }),
        // With its times worked out here, the server needs to know no zone.
        ...(asked.terms.length === 0 ? {} : { page_query: formatQuery(asked) }),
      }
      const listFrom = async (client: RunsClient): Promise<ExitCode> => {
        const full = options.format !== undefined && options.format !== 'table' && options.summary !== true
        const read = full ? fullRuns(client) : summaries(client)
        const was = ahead
          ? await list(read, { ...query, state: past, page_order: 'latest' }, limit)
          : await listPast(read, { ...query, state: past, page_order: 'latest' }, limit, context.terminal.now())
        const next = await list(read, { ...query, state: coming, page_order: 'earliest' }, limit)
        const runs = [...was.runs.toReversed(), ...next.runs]
        const { terminal } = context
        const map = Object.fromEntries(runs.map((run) => [run.run_id, run]))
        terminal.out(structured(map, options.format) ?? runsTable(runs, terminal))
        if (was.more) terminal.err(moreText('latest', was.runs.length))
        if (next.more) terminal.err(moreText('next', next.runs.length))
        return 0
      }
      const { archive } = options
      outcome.code =
        archive === undefined
          ? await onServer(context, options, ({ client }) => listFrom(client))
          : await onArchive(context, archive, listFrom)
    })
}

type Read<R> = (
  query: RunsQuery,
) => Promise<{ readonly runs: Readonly<Record<string, R>>; readonly next?: string | null }>

/** What gives runs: a server, or an archive. */
export type RunsClient = Pick<Client, 'runs' | 'runSummaries'>

function fullRuns(client: RunsClient): Read<RunJson> {
  return (query) => client.runs(query)
}

function summaries(client: RunsClient): Read<RunSummary> {
  return (query) => client.runSummaries(query)
}

/** Reads a query, with times of the reader's zone. */
export function readQuery(text: string, { terminal }: Context): Query {
  const zone = readerZone(terminal.zone)
  if (!zone.ok) throw new UsageError(zone.message)
  const parsed = parseQuery(text, { now: terminal.now(), zone: zone.value })
  if (!parsed.ok) throw new UsageError(`query: ${problemsText(parsed.problems)}`)
  return parsed.query
}

/** The states that the options ask for: of what was, and of what is to come. */
function wantedStates(
  { state, all, coming }: Options,
  asked: Query,
): {
  readonly past: readonly State[]
  readonly coming: readonly State[]
  /** Whether runs that were skipped before their time are wanted. */
  readonly ahead: boolean
} {
  const past = STATES.filter((one) => !COMING.includes(one) && (state?.includes(one) ?? true))
  const next = COMING.filter((one) => state?.includes(one) ?? true)
  if (coming === true && next.length === 0) {
    throw new UsageError(`no run to come is in ${past.join(', ')}: these are in ${COMING.join(' or ')}`)
  }
  if (coming === true) return { past: [], coming: next, ahead: true }
  const saysStates = state !== undefined || asked.terms.some(({ type, not }) => type === 'state' && !not)
  const ahead = all === true || saysStates || asked.terms.some(({ type }) => type === 'id')
  return { past, coming: all === true || saysStates ? next : [], ahead }
}

/**
 * The runs nearest to now, without those that were skipped before their time: a pause makes many of these, and they would push out what
 * ran. A run that was started before its time did run, and is there.
 */
async function listPast<R extends RunSummary>(
  read: Read<R>,
  query: RunsQuery,
  limit: number,
  now: Instant,
): Promise<Listed<R>> {
  const states = query.state ?? []
  const ran = await list(read, { ...query, state: states.filter((one) => one !== 'skipped') }, limit)
  // The server's clock may be a little ahead of ours.
  const before = { scheduled_before: now + CLOCKS }
  const skipped = await list(read, { ...query, ...before, state: states.filter((one) => one === 'skipped') }, limit)
  const time = ({ times }: R): number => parseTime(times.schedule ?? '') ?? 0
  const runs = [...ran.runs, ...skipped.runs].sort((a, b) => time(b) - time(a))
  return { runs: runs.slice(0, limit), more: ran.more || skipped.more || runs.length > limit }
}

async function list<R>(read: Read<R>, query: RunsQuery, limit: number): Promise<Listed<R>> {
  const runs: R[] = []
  // Without states the server would list every run.
  if (query.state?.length === 0) return { runs, more: false }
  let cursor: string | null = null
  do {
    const page: { page_cursor?: string } = cursor === null ? {} : { page_cursor: cursor }
    // Pages follow one another: each needs the cursor of the one before.
    const reply = await read({ ...query, page_limit: Math.min(PAGE, limit - runs.length), ...page })
    for (const run of Object.values(reply.runs)) runs.push(run)
    cursor = reply.next ?? null
  } while (cursor !== null && runs.length < limit)
  return { runs, more: cursor !== null }
}

function moreText(which: string, count: number): string {
  const how = count < MOST ? '--limit N for more, --all for all' : 'a query, --job, --state, --arg for fewer'
  return `(the ${which} ${count === 1 ? 'run' : `${count} runs`}; there are more: ${how})\n`
}

function parseStates(text: string): readonly State[] {
  return text.split(',').map((part) => {
    const state = STATES.find((one) => one === part.trim())
    if (state === undefined)
      throw new InvalidArgumentError(`not a state: ${part}; expected one of ${STATES.join(', ')}`)
    return state
  })
}

function parseLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MOST) throw new InvalidArgumentError(`expected a whole number from 1 to ${MOST}`)
  return limit
}
