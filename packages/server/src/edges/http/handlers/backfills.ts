import { BACKFILL_SHOWN, backfillJson, formatTime, parseTime } from '@apsis/api/json'
import { type BackfillBody, cancelBackfill, createBackfill, listBackfills } from '@apsis/api/routes'
import type { Instant } from '@apsis/core/time'
import type { FastifyInstance } from 'fastify'
import type { BackfillRequest } from '../../../engine/index.ts'
import { type Outcome, rejected, success } from '../outcome.ts'
import type { Jobs, RunCommands } from '../ports.ts'
import { malformed } from '../problems.ts'
import { register } from '../register.ts'
import { findJobId } from './runs.ts'

export interface BackfillPorts {
  readonly commands: Pick<RunCommands, 'backfill' | 'previewBackfill' | 'cancelBackfill' | 'backfills'>
  readonly jobs: Jobs
  readonly now: () => Instant
}

/** Serves the routes about backfills. */
export function serveBackfills(app: FastifyInstance, { commands, jobs, now }: BackfillPorts): void {
  register(app, listBackfills, async () =>
    success({ when: formatTime(now()), backfills: commands.backfills().map(backfillJson) }),
  )
  register(app, createBackfill, async ({ body }) => {
    const request = requestOf(jobs, body)
    if (!request.ok) return request
    if (body.dry_run === true) {
      const reply = await commands.previewBackfill(request.value, BACKFILL_SHOWN)
      if (!reply.ok) return rejected(reply.rejection)
      const instants = reply.value.instants.map(({ due, scheduleKey, args }) => ({
        due: formatTime(due),
        schedule_key: scheduleKey,
        args,
      }))
      return success({ backfill: null, preview: { job_id: request.value.jobId, total: reply.value.total, instants } })
    }
    const reply = await commands.backfill(request.value)
    return reply.ok ? success({ backfill: backfillJson(reply.value), preview: null }) : rejected(reply.rejection)
  })
  register(app, cancelBackfill, async ({ params, body: { reason = null } }) => {
    const reply = await commands.cancelBackfill(params.backfill_id, reason)
    return reply.ok ? success(backfillJson(reply.value)) : rejected(reply.rejection)
  })
}

function requestOf(jobs: Jobs, body: BackfillBody): Outcome<BackfillRequest> {
  const { schedule = null, order = 'oldest', concurrency = 1, reason = null } = body
  const from = parseTime(body.from)
  const to = parseTime(body.to)
  // The route takes nothing but times: this is for the types.
  if (from === null || to === null) return malformed([{ in: 'body', path: 'from', message: 'expected a time' }])
  const jobId = findJobId(jobs, body.job_id)
  if (!jobId.ok) return jobId
  const key = keyOf(jobs, jobId.value, schedule)
  return key.ok ? success({ jobId: jobId.value, scheduleKey: key.value, from, to, order, concurrency, reason }) : key
}

/** The key of a schedule that is given by key, or by number from 1. */
function keyOf(jobs: Jobs, jobId: string, schedule: string | number | null): Outcome<string | null> {
  if (typeof schedule !== 'number') return success(schedule)
  const schedules = jobs.get(jobId)?.schedules ?? []
  const key = schedules[schedule - 1]?.key
  if (key !== undefined) return success(key)
  const count = schedules.length === 1 ? '1 schedule' : `${schedules.length} schedules`
  const range = schedules.length === 1 ? '1' : `a number from 1 to ${schedules.length}`
  const message = `job ${jobId} has ${count}; expected ${schedules.length === 0 ? 'no number' : range}`
  return malformed([{ in: 'body', path: 'schedule', message }])
}
