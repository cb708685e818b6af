import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunSummary } from '@apsis/api/json'
import { isFinished, type State } from '@apsis/core/run'
import type { FeedWatch, System } from '../system/index.ts'
import { ENDING, exitCode, outputOf, SCHEDULED } from './server-jobs.ts'

const SECOND = 1_000
/** Outputs that are compared after a set: of the newest runs. */
const OUTPUTS = 200

interface Soaked {
  readonly system: System
  readonly feed: FeedWatch
  readonly records: string
  /** When it all began, ms since the epoch. */
  readonly from: number
  /** By then all must have converged. */
  readonly limit: AbortSignal
}

/** Lets all that has begun come to its end, and holds it against what the processes noted; gives how many runs there are. Throws Error. */
export async function verifySoak({ system, feed, records, from, limit }: Soaked): Promise<number> {
  const { client } = system
  const until = Math.floor(Date.now() / SECOND) * SECOND
  await connected(system, feed, limit)
  // What the users were answered last is in the feed too; schedules add to it each second.
  const { feed: told } = await client.stats()
  const caughtUp = (): boolean => (feed.messages.at(-1)?.seq ?? 0) >= told.seq
  await within(limit, feed, caughtUp, () => `the feed does not come to ${told.seq}`)
  for (const [id, { held }] of feed.runs) if (held) await client.release(id, 'the end of a set')
  await client.bulk({ query: 'job:slow', operation: { type: 'stop' }, dry_run: false })
  const open = (): readonly RunSummary[] =>
    [...feed.runs.values()].filter(({ state, times }) => !isEnd(state) && dueOf(times) <= until)
  await within(
    limit,
    feed,
    () => open().length === 0,
    () => `still open: ${JSON.stringify(open().slice(0, 5))}`,
  )
  const started = Map.groupBy((await readFile(join(records, 'starts'), 'utf8')).trim().split('\n'), (id) => id)
  for (const [id, lines] of started) {
    if (lines.length !== 1) throw new Error(`${id} started ${lines.length} times`)
    if (!feed.runs.has(id)) throw new Error(`${id} started, and is no run`)
  }
  const ended = [...feed.runs.values()].filter(({ state }) => isEnd(state))
  for (const run of ended) verifyEnd(run, started.has(run.run_id))
  const wrote = ended.filter(({ job_id: job, message }) => ENDING.has(job) && /^exit code|^$/.test(message ?? ''))
  for (const { run_id: id } of wrote.slice(-OUTPUTS)) {
    const { data } = await client.output(id, 'output')
    if (Buffer.from(data).toString() !== outputOf(id))
      throw new Error(`${id}: its output differs: ${data.length} bytes`)
  }
  for (const job of SCHEDULED) await verifyInstants(system, job, from, until)
  const { unaccounted, orphaned } = await client.sanity()
  if (unaccounted !== 0 || orphaned.total !== 0)
    throw new Error(`unaccounted: ${unaccounted}, orphaned: ${orphaned.total}`)
  await nothingLeft(records, new Set(ended.map(({ run_id: id }) => id)))
  return feed.runs.size
}

function verifyEnd(run: RunSummary, started: boolean): void {
  const { run_id: id, job_id: job, state, message } = run
  const wrong = (what: string): Error => new Error(`${id}: ${what}: ${JSON.stringify(run)}`)
  const killed = message === 'killed by SIGTERM' || message === 'killed by SIGKILL'
  if (job === 'plain' || job === 'after') {
    if (state !== 'success' && state !== 'skipped') throw wrong('it should have succeeded')
  } else if (state === 'skipped') {
    if (started) throw wrong('it started')
  } else if (state === 'error') {
    // A stop can come before the process does.
    if (started || !/stop/.test(message ?? '')) throw wrong('nothing went wrong')
  } else if (job === 'slow') {
    if (!killed) throw wrong('it ends by being stopped only')
  } else if (!killed) {
    const code = exitCode(id)
    if (!started) throw wrong('its process did not start')
    if (state !== (code === 0 ? 'success' : 'failure')) throw wrong(`its process ended with ${code}`)
    if (code !== 0 && message !== `exit code ${code}`) throw wrong(`its process ended with ${code}`)
  }
}

/** Each second has one instant, and each instant that was due its verdict. */
async function verifyInstants(system: System, job: string, from: number, until: number): Promise<void> {
  let last = 0
  for (let after: string | null = null, first = true; first || after !== null; first = false) {
    const page = { job_id: job, from, to: until, limit: 10_000, ...(after === null ? {} : { after }) }
    const { instants, next } = await system.client.instants(page)
    for (const { due, verdict } of instants) {
      const at = Date.parse(due)
      if (last !== 0 && at - last !== SECOND) throw new Error(`${job}: ${due} follows after ${at - last} ms`)
      if (verdict === null) throw new Error(`${job}: ${due} has no verdict`)
      last = at
    }
    after = next
  }
  if (last < until - 2 * SECOND) throw new Error(`${job}: the last instant is ${last}, long before ${until}`)
}

/** No process of a run that has ended is there any more. */
async function nothingLeft(records: string, ended: ReadonlySet<string>): Promise<void> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const [command = '', environment = ''] = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    )
    if (!command.includes(records) && !environment.includes(records)) continue
    const [, id = ''] = environment.match(/\0APSIS_RUN_ID=(r\d+)\0/) ?? []
    if (ended.has(id)) throw new Error(`a process of ${id} is left: ${pid} ${command.replaceAll('\0', ' ')}`)
  }
}

async function connected(system: System, feed: FeedWatch, limit: AbortSignal): Promise<void> {
  let found = false
  const look = async (): Promise<void> => {
    const all = await system.client.connections()
    found = Object.values(all).some(({ info }) => info.stats.connected)
  }
  await look()
  if (!found)
    await within(
      limit,
      feed,
      () => found || (void look(), false),
      () => 'no agent is connected',
    )
}

/** Resolves when something holds, asked after every change of the feed. Throws Error when that is not before the limit. */
async function within(limit: AbortSignal, feed: FeedWatch, holds: () => boolean, wrong: () => string): Promise<void> {
  const late = Promise.withResolvers<never>()
  const end = (): void => late.reject(new Error(wrong()))
  limit.addEventListener('abort', end)
  await Promise.race([feed.until(holds), late.promise])
  limit.removeEventListener('abort', end)
}

function isEnd(state: State): boolean {
  return isFinished(state)
}

/** When a run was due, ms since the epoch. */
function dueOf(times: Readonly<Record<string, unknown>>): number {
  return Date.parse(String(times['schedule']))
}
