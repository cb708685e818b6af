import { formatTime, type InstantJson } from '@apsis/api/json'
import { listInstants } from '@apsis/api/routes'
import type { Instant } from '@apsis/core/time'
import type { InstantRow } from '@apsis/store/port'
import type { FastifyInstance } from 'fastify'
import { success } from '../outcome.ts'
import type { History } from '../ports.ts'
import { register } from '../register.ts'

const DEFAULT_LIMIT = 1000

/** Serves the ledger. */
export function serveInstants(
  app: FastifyInstance,
  history: Pick<History, 'instants' | 'countInstants'>,
  now: () => Instant,
): void {
  register(app, listInstants, async ({ query: { job_id = null, from, to, limit = DEFAULT_LIMIT } }) => {
    const [rows, counts] = await Promise.all([
      history.instants(job_id, from, to, limit + 1),
      history.countInstants(from, to),
    ])
    const truncated = rows.length > limit
    return success({ when: formatTime(now()), instants: rows.slice(0, limit).map(instantJson), truncated, counts })
  })
}

function instantJson(row: InstantRow): InstantJson {
  return {
    job_id: row.jobId,
    schedule_key: row.scheduleKey,
    due: formatTime(row.due),
    args: row.args,
    run_id: row.runId,
    verdict: row.verdict,
    reason: row.reason,
    decided: row.decidedAt === null ? null : formatTime(row.decidedAt),
  }
}
