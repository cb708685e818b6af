import { type FindingsJson, formatTime, type InstantJson, type SanityInstantJson } from '@apsis/api/json'
import { ledgerSummary, listInstants, sanity } from '@apsis/api/routes'
import { isList } from '@apsis/core/document'
import type { Json } from '@apsis/core/json'
import type { Instant } from '@apsis/core/time'
import type { InstantRow, LedgerRequest } from '@apsis/store/port'
import type { FastifyInstance } from 'fastify'
import type { Findings, SanityInstant } from '../../../engine/index.ts'
import { failure, success } from '../outcome.ts'
import type { History, LedgerChecks } from '../ports.ts'
import { register } from '../register.ts'

const DEFAULT_LIMIT = 1000

/** Serves the ledger. */
export function serveInstants(
  app: FastifyInstance,
  history: Pick<History, 'ledger' | 'countInstants'>,
  checks: LedgerChecks,
  now: () => Instant,
): void {
  register(app, listInstants, async ({ query }) => {
    const {
      job_id: jobId,
      from,
      to,
      limit = DEFAULT_LIMIT,
      verdict: verdicts,
      after: text,
      counts: counted = false,
    } = query
    const after = text === undefined ? undefined : placeOf(text)
    if (after === null)
      return failure('REQUEST_INVALID', `after: expected what \`next\` was on the last page, not ${text}`)
    const request: LedgerRequest = {
      from,
      to,
      limit,
      ...(jobId === undefined ? {} : { jobId }),
      ...(verdicts === undefined ? {} : { verdicts }),
      ...(after === undefined ? {} : { after }),
    }
    const counting = counted ? history.countInstants(from, to) : null
    const [rows, counts] = await Promise.all([history.ledger(request), counting])
    const last = rows.length < limit ? undefined : rows.at(-1)
    const more = last !== undefined && (await history.ledger({ ...request, after: last, limit: 1 })).length > 0
    const next = more ? placeText(last) : null
    return success({ when: formatTime(now()), instants: rows.map(instantJson), truncated: more, next, counts })
  })

  register(app, ledgerSummary, async ({ query: { from, to } }) => {
    const counts = await history.countInstants(from, to)
    const span = { from: formatTime(from), to: formatTime(to) }
    return success({ when: formatTime(now()), ...span, counts, unaccounted: checks.unaccounted() })
  })

  register(app, sanity, async () => {
    const report = await checks.sanity()
    return success({
      when: formatTime(report.at),
      compared: formatTime(report.compared),
      from: formatTime(report.from),
      to: formatTime(report.to),
      unaccounted: report.unaccounted,
      unscheduled: found(report.unscheduled, named),
      late: found(report.late, (one) => ({ ...named(one), because: one.because })),
      orphaned: found(report.orphaned, ({ runId, jobId, because }) => ({ run_id: runId, job_id: jobId, because })),
      ran_late: found(report.ranLate, (one) => ({ ...named(one), lateness: one.lateness / 1_000 })),
    })
  })
}

function found<T, Json>({ total, more, list }: Findings<T>, json: (one: T) => Json): FindingsJson<Json> {
  return { total, more, list: list.map(json) }
}

function named({ jobId, scheduleKey, due, runId }: SanityInstant): SanityInstantJson {
  return { job_id: jobId, schedule_key: scheduleKey, due: formatTime(due), run_id: runId }
}

function placeText({ due, scheduleKey, jobId }: InstantRow): string {
  return JSON.stringify([due, jobId, scheduleKey])
}

function placeOf(text: string): NonNullable<LedgerRequest['after']> | null {
  let place: Json
  try {
    // JSON.parse without a reviver makes nothing but JSON values.
    place = JSON.parse(text) as Json
  } catch {
    return null
  }
  if (!isList(place) || place.length !== 3) return null
  const [due, jobId, scheduleKey] = place
  if (typeof due !== 'number' || typeof jobId !== 'string' || typeof scheduleKey !== 'string') return null
  return { due, jobId, scheduleKey }
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
