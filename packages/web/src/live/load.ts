import type { Client } from '@apsis/api/client'
import { parseTime, type RunSummary } from '@apsis/api/json'
import { isFinished, STATES, type State } from '@apsis/core/run'
import { observeServerTime } from '../time/clock.ts'
import type { RunFilter } from './filter.ts'
import { queryOf, wanted } from './query.ts'

/** Waiting and active runs that are loaded; more are left out until the filter is narrower. */
const MAX_UNFINISHED = 3_000
const PAGE = 1_000
/** Runs to come that are loaded: the soonest. */
const COMING = 500
/** Finished runs a page. */
const FINISHED_PAGE = 200

export interface FirstLoad {
  /** Cursor of the next page of finished runs; null at the end. */
  readonly next: string | null
  /** Whether live runs were left out, for their number. */
  readonly truncated: boolean
  /** Whether there are more runs to come than were loaded. */
  readonly moreComing: boolean
}

/** What is loaded when a list begins: what is live, what comes next, and the latest that has finished. */
export async function loadFirst(
  client: Client,
  filter: RunFilter,
  take: (runs: readonly RunSummary[]) => void,
): Promise<FirstLoad> {
  const [live, coming, next] = await Promise.all([
    loadAll(client, filter, ['waiting', 'starting', 'running', 'stopping'], take),
    loadComing(client, filter, take),
    loadFinished(client, filter, null, take),
  ])
  return { next, truncated: live, moreComing: coming }
}

/** The next page of finished runs; resolves to the cursor of the one after, null at the end. */
export async function loadFinished(
  client: Client,
  filter: RunFilter,
  cursor: string | null,
  take: (runs: readonly RunSummary[]) => void,
): Promise<string | null> {
  const states = wanted(filter, STATES.filter(isFinished))
  if (states.length === 0) return null
  const page = cursor === null ? {} : { page_cursor: cursor }
  const reply = await client.runSummaries({
    ...queryOf(filter),
    state: states,
    page_limit: FINISHED_PAGE,
    page_order: 'latest',
    ...page,
  })
  take(Object.values(reply.runs))
  return reply.next ?? null
}

/** Loads the soonest of the runs to come; resolves to whether there are more. */
export async function loadComing(
  client: Client,
  filter: RunFilter,
  take: (runs: readonly RunSummary[]) => void,
): Promise<boolean> {
  const states = wanted(filter, ['new', 'scheduled'])
  if (states.length === 0) return false
  const reply = await client.runSummaries({
    ...queryOf(filter),
    state: states,
    page_limit: COMING,
    page_order: 'earliest',
  })
  take(Object.values(reply.runs))
  return (reply.next ?? null) !== null
}

/** Whether some were left out. */
async function loadAll(
  client: Client,
  filter: RunFilter,
  of: readonly State[],
  take: (runs: readonly RunSummary[]) => void,
): Promise<boolean> {
  const states = wanted(filter, of)
  if (states.length === 0) return false
  let cursor: string | null = null
  for (let count = 0; count < MAX_UNFINISHED; count += PAGE) {
    const page: { page_cursor?: string } = cursor === null ? {} : { page_cursor: cursor }
    // Pages follow one another: each needs the cursor of the one before.
    const reply = await client.runSummaries({
      ...queryOf(filter),
      state: states,
      page_limit: PAGE,
      page_order: 'earliest',
      ...page,
    })
    const when = parseTime(reply.when)
    if (when !== null) observeServerTime(when)
    take(Object.values(reply.runs))
    cursor = reply.next ?? null
    if (cursor === null) return false
  }
  return true
}
