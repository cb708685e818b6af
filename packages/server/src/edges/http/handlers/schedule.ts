import { parseTime } from '@apsis/api/json'
import { type ScheduleBody, scheduleRun } from '@apsis/api/routes'
import { formatDiagnostic } from '@apsis/core/document'
import { type Instant, parseDuration } from '@apsis/core/time'
import type { FastifyInstance } from 'fastify'
import { failure, type Outcome, rejected, success } from '../outcome.ts'
import type { AdHocJobs, Jobs, RunCommands } from '../ports.ts'
import { register } from '../register.ts'
import { type RunJsonPorts, runsStream } from '../runs-json.ts'
import { findJobId } from './runs.ts'

export interface SchedulePorts extends RunJsonPorts {
  readonly jobs: Jobs
  readonly adHoc: AdHocJobs
  readonly commands: Pick<RunCommands, 'schedule'>
  readonly now: () => Instant
}

/** Serves the route that makes runs. */
export function serveSchedule(app: FastifyInstance, ports: SchedulePorts): void {
  register(app, scheduleRun, async ({ body, query: { count = 1 } }) => {
    const { args = {}, times = {}, reason = null } = body
    const time = times.schedule === undefined || times.schedule === 'now' ? null : parseTime(times.schedule)
    const stop = stopTime(times.stop, time ?? ports.now())
    if (!stop.ok) return stop
    const jobId = await jobOf(ports, body)
    if (!jobId.ok) return jobId
    const reply = await ports.commands.schedule({ jobId: jobId.value, args, time, stop: stop.value, count, reason })
    return reply.ok ? runsStream(ports, reply.value, ports.now()) : rejected(reply.rejection)
  })
}

async function jobOf(ports: SchedulePorts, body: ScheduleBody): Promise<Outcome<string>> {
  if (body.job_id !== undefined) return findJobId(ports.jobs, body.job_id)
  const added = await ports.adHoc.add(body.job ?? {})
  if (added === 'full')
    return failure('BUSY', 'too many ad hoc jobs are in force: wait until some of their runs are over')
  if (added.ok) return success(added.job.id)
  const text = added.diagnostics.map(formatDiagnostic).join('; ')
  return failure(
    'JOB_INVALID',
    text,
    added.diagnostics.map((diagnostic) => ({ ...diagnostic })),
  )
}

/** A time, or a length of time from `from` on. */
function stopTime(stop: string | number | undefined, from: Instant): Outcome<Instant | null> {
  if (stop === undefined) return success(null)
  const at = typeof stop === 'string' ? parseTime(stop) : null
  if (at !== null) return success(at)
  const duration = parseDuration(stop)
  if (duration.ok && duration.value >= 0) return success(from + duration.value)
  return failure('REQUEST_INVALID', `body times.stop: not a time or duration: ${stop}`, [
    {
      in: 'body',
      path: 'times.stop',
      message: 'expected a time with a zone, or a duration such as 90, "+15 min" or "2h"',
    },
  ])
}
