import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { System } from '../../system/index.ts'
import { sampleRuns, writeSampleJobs } from './many-jobs.ts'

export const JOBS = 10_000
const DAY = 86_400_000
const PAGE = 10_000
/** Runs due sooner than this after a start may have begun, or not been made: they are not looked for, ms. */
const SOON = 60_000
/** Between two looks at the server, ms: how exact a measured start is. */
const LOOK = 5

/** A server that is to have many jobs; nothing runs yet. Everything of it ends with the scope. */
export async function manyJobsSystem(scope: AsyncDisposableStack): Promise<System> {
  const system = await System.create({ jobs: {} })
  scope.defer(() => system.destroy())
  await writeSampleJobs(join(system.folder, 'jobs'), JOBS)
  return system
}

/** Forgets everything that the server has kept. */
export async function emptyStore(system: System): Promise<void> {
  await system.stopServer()
  await rm(join(system.folder, 'data'), { recursive: true, force: true })
}

/**
 * Starts the server, and waits until its API answers and every run of the day ahead is made. Resolves to how long that took, in seconds; then checks
 * the runs one by one through the API. `before`: what the store had, its facts alone, or runs made until then too. Throws when one is missing, made twice, or not implied.
 */
export async function startPlanned(
  system: System,
  before: { readonly facts: number } | { readonly made: number },
): Promise<number> {
  const began = Date.now()
  const until = began + DAY
  // Worked out before the clock runs: it takes longer than some starts.
  const wanted = 'facts' in before ? sampleRuns(JOBS, began + SOON, until) : sampleRuns(JOBS, before.made, until)
  const from = performance.now()
  await system.startServer()
  const { client } = system
  // One fact for each job and for each run of a first start; later ones have few runs to make, which are asked for by their jobs.
  if ('facts' in before) {
    const facts = before.facts + JOBS + wanted.size
    while ((await client.stats()).feed.seq < facts) await sleep(LOOK)
  } else {
    for (const run of wanted) {
      const [jobId = '', due = ''] = run.split(' ')
      while (!(await runsOf(system, jobId)).has(`${jobId} ${due}`)) await sleep(LOOK)
    }
    await client.stats()
  }
  const seconds = (performance.now() - from) / 1_000
  await checkRunsOf(system, began + SOON, until)
  return seconds
}

async function checkRunsOf(system: System, from: number, until: number): Promise<void> {
  const wanted = new Set(sampleRuns(JOBS, from, until))
  const found = await runsOf(system, null)
  for (const run of wanted) if (!found.has(run)) throw new Error(`no run ${run}`)
  for (const run of found) {
    const due = Number(run.split(' ')[1])
    if (due >= from && due < until && !wanted.has(run)) throw new Error(`nothing implies run ${run}`)
  }
}

/** The coming runs, as `JOB due-in-ms`. Throws where one is there twice. */
async function runsOf(system: System, jobId: string | null): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  let cursor: string | null = null
  do {
    const more: { page_cursor?: string } = cursor === null ? {} : { page_cursor: cursor }
    const { runs, next = null } = await system.client.runSummaries({
      ...(jobId === null ? {} : { job_id: jobId }),
      state: ['scheduled'],
      page_limit: PAGE,
      ...more,
    })
    for (const run of Object.values(runs)) {
      const key = `${run.job_id} ${Date.parse(run.times.schedule ?? '')}`
      if (found.has(key)) throw new Error(`${key} was made twice`)
      found.add(key)
    }
    cursor = next
  } while (cursor !== null)
  return found
}
