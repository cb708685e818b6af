import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { formatTime, type RunJson, runJson, type RunSummary, runSummary } from '@apsis/api/json'
import type { Job } from '@apsis/core/job'
import { type Run, withoutEndedHold } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { Streamed } from './outcome.ts'
import type { History, Jobs, WaitReasons } from './ports.ts'

/** Runs turned into JSON at a time: as many as take well under 5 ms, since the engine shares the thread. */
export const SLICE: number = 100

export interface RunJsonPorts {
  readonly jobs: Pick<Jobs, 'get' | 'definition'>
  readonly history: Pick<History, 'metas'>
  readonly engine: WaitReasons
  now(): Instant
}

/** The full form of runs, in order. */
export async function fullRuns(ports: RunJsonPorts, runs: readonly Run[]): Promise<readonly RunJson[]> {
  const definitions = new Map<string, Promise<Job | null>>()
  const jobOf = (run: Run): Promise<Job | null> => {
    if (!('bound' in run) || run.bound === null) return Promise.resolve(ports.jobs.get(run.jobId))
    const hash = run.bound.definition
    const known = definitions.get(hash) ?? ports.jobs.definition(hash)
    definitions.set(hash, known)
    return known
  }
  const withMeta = runs.filter(mayHaveMeta).map(({ id }) => id)
  const metas = withMeta.length === 0 ? null : await ports.history.metas(withMeta)
  return Promise.all(
    runs.map(async (stored) => {
      const run = asOfNow(ports, stored)
      return runJson(run, { meta: metas?.get(run.id) ?? null, job: await jobOf(run) })
    }),
  )
}

// Of many that wait for the same thing only the first one's reason is kept up to date in the store.
function asOfNow({ engine, now }: Pick<RunJsonPorts, 'engine' | 'now'>, run: Run): Run {
  if (run.state === 'scheduled') return withoutEndedHold(run, now())
  if (run.state !== 'waiting') return run
  const waitingFor = engine.reason(run.id)
  return waitingFor === null ? run : { ...run, waitingFor }
}

// Metadata is what a program said of itself: most runs of a large answer have none.
function mayHaveMeta(run: Run): boolean {
  if (run.state === 'waiting' || run.state === 'starting' || !('bound' in run)) return false
  return run.bound !== null && run.bound.program.type !== 'no-op'
}

/** Runs by id, as the API answers them. */
export async function runsJson(
  ports: RunJsonPorts,
  runs: readonly Run[],
  when: Instant,
): Promise<{ when: string; runs: Record<string, RunJson> }> {
  const full = await fullRuns(ports, runs)
  return { when: formatTime(when), runs: Object.fromEntries(full.map((run) => [run.run_id, run])) }
}

/** The same for any number of runs, made piece by piece. */
export function runsStream(ports: RunJsonPorts, runs: readonly Run[], when: Instant): Streamed {
  const stream = Readable.from(runsText(ports, runs, when), { objectMode: false })
  return { ok: true, status: 200, headers: { 'content-type': 'application/json' }, stream }
}

async function* runsText(ports: RunJsonPorts, runs: readonly Run[], when: Instant): AsyncGenerator<string> {
  yield `{"when":${JSON.stringify(formatTime(when))},"runs":{`
  for (let from = 0; from < runs.length; from += SLICE) {
    yield `${from > 0 ? ',' : ''}${await runMembers(ports, runs.slice(from, from + SLICE), false)}`
    await turn()
  }
  yield '}}'
}

/** The JSON text of the members of `runs`, for a reply that is made piece by piece. */
export async function runMembers(ports: RunJsonPorts, runs: readonly Run[], summary: boolean): Promise<string> {
  const values: readonly RunSummary[] = summary
    ? runs.map((run) => runSummary(asOfNow(ports, run)))
    : await fullRuns(ports, runs)
  return values.map((run) => `${JSON.stringify(run.run_id)}:${JSON.stringify(run)}`).join(',')
}
