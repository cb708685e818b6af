import type { RunSummary } from '@apsis/api/json'
import type { RunsQuery } from '@apsis/api/routes'
import { historyJobId } from '@apsis/store/bench'
import type { System } from '../../system/index.ts'

/** Runs of a page. */
export const LIMIT = 50

/** A question, and what every run of its answer must be. */
export interface Question {
  readonly query: RunsQuery
  readonly holds: (run: RunSummary) => boolean
  /** Whether the first page is full; else few match, and a page may end early. */
  readonly full: boolean
}

const JOB = historyJobId(3)

/** What people ask of a long history: by state, job, text, label, arg, time, mixed, and for what few or no runs are. */
export const QUESTIONS: readonly Question[] = [
  { query: {}, holds: () => true, full: true },
  { query: { state: ['failure'] }, holds: ({ state }) => state === 'failure', full: true },
  {
    query: { state: ['failure', 'error'], page_order: 'latest' },
    holds: ({ state }) => state !== 'success',
    full: true,
  },
  { query: { job_prefix: 'prices/' }, holds: ({ job_id }) => job_id.startsWith('prices/'), full: true },
  { query: { page_query: `job:${JOB}`, page_order: 'latest' }, holds: ({ job_id }) => job_id === JOB, full: true },
  {
    query: { page_query: `job:${JOB} state:error` },
    holds: ({ job_id, state }) => job_id === JOB && state === 'error',
    full: true,
  },
  { query: { job_text: 'GROUP-7' }, holds: ({ job_id }) => job_id.includes('group-7'), full: true },
  {
    query: { page_query: 'load-99', page_order: 'latest' },
    holds: ({ job_id }) => job_id.includes('load-99'),
    full: true,
  },
  { query: { page_query: 'region=region-3' }, holds: ({ args }) => args['region'] === 'region-3', full: true },
  { query: { page_query: 'label:tier-1 state:skipped' }, holds: ({ state }) => state === 'skipped', full: true },
  { query: { page_query: 'before:100d since:101d', page_order: 'latest' }, holds: () => true, full: true },
  { query: { page_query: 'changed:1d' }, holds: () => true, full: true },
  {
    query: { page_query: 'message:"exit code 2" !job:prices/' },
    holds: ({ state }) => state === 'failure',
    full: false,
  },
  { query: { page_query: 'elapsed:>599s', page_order: 'latest' }, holds: () => true, full: false },
  { query: { page_query: 'date=1999-01-01' }, holds: () => false, full: false },
  { query: { page_query: 'label:none', page_order: 'latest' }, holds: () => false, full: false },
]

/** Asks for a page, and checks it. Resolves to how long the answer took, ms, and where the next page begins. */
export async function askPage(
  system: System,
  question: Question,
  cursor: string | null,
): Promise<{ readonly time: number; readonly next: string | null }> {
  const more: { page_cursor?: string } = cursor === null ? {} : { page_cursor: cursor }
  const { query, holds, full } = question
  const from = performance.now()
  const { runs, next = null } = await system.client.runSummaries({ ...query, ...more, page_limit: LIMIT })
  const time = performance.now() - from
  const found = Object.values(runs)
  const wrong = found.find((run) => !holds(run))
  if (wrong !== undefined) {
    throw new Error(`${JSON.stringify(query)}: ${wrong.run_id} of ${wrong.job_id} is ${wrong.state}`)
  }
  if (full && cursor === null && found.length < LIMIT) {
    throw new Error(`${JSON.stringify(query)}: ${found.length} runs, and not ${LIMIT}`)
  }
  return { time, next }
}
