import { setTimeout as sleep } from 'node:timers/promises'
import { type RunJson, runsJsonSchema } from '@apsis/api/json'
import type { ScheduleBody } from '@apsis/api/routes'
import { System } from '../../system/index.ts'

/** Between two looks at the server, ms: how exact the end of a round is. */
const LOOK = 10
const UNFINISHED = ['new', 'scheduled', 'waiting', 'starting', 'running', 'stopping'] as const
const PAGE = 10_000

/** A server and an agent with these jobs, connected; both end with the scope. */
export async function startSystem(
  scope: AsyncDisposableStack,
  jobs: Readonly<Record<string, string>>,
): Promise<System> {
  const system = await System.create({ jobs })
  scope.defer(() => system.destroy())
  await system.start()
  return system
}

/**
 * Asks for runs in one request. Resolves, when they are durable, to a function that gives their ids: reading the answer takes time that
 * is not the server's. Throws when they are refused.
 */
export async function postRuns(system: System, body: ScheduleBody, count: number): Promise<() => readonly string[]> {
  const reply = await fetch(`${system.url}/api/v1/runs?count=${count}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await reply.text()
  if (!reply.ok) throw new Error(`${count} runs were refused: ${text.slice(0, 500)}`)
  return () => {
    const { runs } = runsJsonSchema.parse(JSON.parse(text))
    const ids = Object.keys(runs)
    if (ids.length !== count) throw new Error(`${count} runs were asked for, ${ids.length} made`)
    return ids
  }
}

/** Resolves when so many runs wait for their conditions. */
export async function untilWaiting({ client }: System, count: number): Promise<void> {
  while ((await client.stats()).tasks.num_waiting < count) await sleep(LOOK)
}

/**
 * Resolves when the store has no unfinished run of the job: what the engine counts first, since that costs it least. `look`: time between two looks, ms; each
 * costs the server a millisecond or so.
 */
export async function untilFinished(system: System, jobId: string, look: number = LOOK): Promise<void> {
  const { client } = system
  for (;;) {
    const { tasks } = await client.stats()
    if (Object.values(tasks).every((count) => count === 0)) break
    await sleep(look)
  }
  for (;;) {
    const { runs } = await client.runSummaries({ job_id: jobId, state: UNFINISHED, page_limit: 1 })
    if (Object.keys(runs).length === 0) return
    await sleep(LOOK)
  }
}

/** Reads the runs back from the store, in full; each must be a success. Throws, naming one that is not. */
export async function checkRuns(system: System, jobId: string, ids: readonly string[]): Promise<readonly RunJson[]> {
  const found = new Map<string, RunJson>()
  let cursor: string | null = null
  // Newest first, and these are the newest.
  while (found.size < ids.length) {
    const more: { page_cursor?: string } = cursor === null ? {} : { page_cursor: cursor }
    const { runs, next = null } = await system.client.runs({
      job_id: jobId,
      page_limit: Math.min(PAGE, ids.length),
      ...more,
    })
    for (const run of Object.values(runs)) found.set(run.run_id, run)
    if (next === null) break
    cursor = next
  }
  return ids.map((id) => {
    const run = found.get(id)
    if (run?.state !== 'success') {
      throw new Error(`${id}: expected success, found ${run?.state ?? 'no such run'}: ${run?.message ?? ''}`)
    }
    return run
  })
}
