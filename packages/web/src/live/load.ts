import type { Client } from '@apsis/api/client'
import { parseTime, type RunSummary } from '@apsis/api/json'
import { isFinished, STATES, type State } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
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
/** Most requests for the live runs, and for those to come: where few match, a page of theirs may be short. */
const MAX_ASKED = 12

type Take = (runs: readonly RunSummary[]) => void

/** A page of a list that goes on. */
export interface Page {
  /** Cursor of the next page; null at the end. */
  readonly next: string | null
  /** Whether it has fewer runs than asked for, though it is not the last: few of those that were looked at match. */
  readonly short: boolean
  /** The schedule time back to which runs were looked at; null where that is not known. */
  readonly reached: Instant | null
}

export interface FirstLoad {
  /** The first page of finished runs. */
  readonly finished: Page
  /** Whether live runs were left out, for their number. */
  readonly truncated: boolean
  /** Whether there are more runs to come than were loaded. */
  readonly moreComing: boolean
}

/** What is loaded when a list begins: what is live, what comes next, and the latest that has finished. */
export async function loadFirst(client: Client, filter: RunFilter, take: Take): Promise<FirstLoad> {
  const live: readonly State[] = ['waiting', 'starting', 'running', 'stopping']
  const [truncated, moreComing, finished] = await Promise.all([
    loadUpTo(client, filter, wanted(filter, live), { most: MAX_UNFINISHED, page: PAGE }, take),
    loadComing(client, filter, take),
    loadFinished(client, filter, null, take),
  ])
  return { finished, truncated, moreComing }
}

/** The next page of finished runs, after a cursor. */
export async function loadFinished(
  client: Client,
  filter: RunFilter,
  cursor: string | null,
  take: Take,
): Promise<Page> {
  const states = wanted(filter, STATES.filter(isFinished))
  if (states.length === 0) return { next: null, short: false, reached: null }
  const reply = await client.runSummaries({
    ...queryOf(filter),
    state: states,
    page_limit: FINISHED_PAGE,
    page_order: 'latest',
    ...(cursor === null ? {} : { page_cursor: cursor }),
  })
  const runs = Object.values(reply.runs)
  take(runs)
  const next = reply.next ?? null
  return {
    next,
    short: next !== null && runs.length < FINISHED_PAGE,
    reached: reply.reached === undefined ? null : parseTime(reply.reached),
  }
}

/** Loads the soonest of the runs to come; resolves to whether there are more. */
export function loadComing(client: Client, filter: RunFilter, take: Take): Promise<boolean> {
  return loadUpTo(client, filter, wanted(filter, ['new', 'scheduled']), { most: COMING, page: COMING }, take)
}

/** Loads the earliest runs of some states, up to a number; resolves to whether there are more. */
async function loadUpTo(
  client: Client,
  filter: RunFilter,
  states: readonly State[],
  { most, page }: { readonly most: number; readonly page: number },
  take: Take,
): Promise<boolean> {
  if (states.length === 0) return false
  let cursor: string | null = null
  for (let count = 0, asked = 0; count < most && asked < MAX_ASKED; asked++) {
    const after: { page_cursor?: string } = cursor === null ? {} : { page_cursor: cursor }
    // Pages follow one another: each needs the cursor of the one before.
    const reply = await client.runSummaries({
      ...queryOf(filter),
      state: states,
      page_limit: page,
      page_order: 'earliest',
      ...after,
    })
    const when = parseTime(reply.when)
    if (when !== null) observeServerTime(when)
    const runs = Object.values(reply.runs)
    take(runs)
    count += runs.length
    cursor = reply.next ?? null
    if (cursor === null) return false
  }
  return true
}
