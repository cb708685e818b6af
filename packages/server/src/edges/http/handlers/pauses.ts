import { formatTime, parseTime, pauseJson } from '@apsis/api/json'
import { createPause, listPauses, resumePause } from '@apsis/api/routes'
import { isOfJob } from '@apsis/core/pause'
import type { Instant } from '@apsis/core/time'
import type { FastifyInstance } from 'fastify'
import { type Outcome, rejected, success } from '../outcome.ts'
import type { Jobs, RunCommands } from '../ports.ts'
import { register } from '../register.ts'
import { findJobId } from './runs.ts'

export interface PausePorts {
  readonly commands: Pick<RunCommands, 'pause' | 'resume' | 'pauses'>
  readonly jobs: Jobs
  readonly now: () => Instant
}

/** Serves the routes about pauses. */
export function servePauses(app: FastifyInstance, { commands, jobs, now }: PausePorts): void {
  register(app, listPauses, async ({ query }) => {
    const pauses = commands.pauses()
    const answer = (those: typeof pauses) => success({ when: formatTime(now()), pauses: those.map(pauseJson) })
    if (query.job_id === undefined) return answer(pauses)
    const jobId = findJobId(jobs, query.job_id)
    if (!jobId.ok) return jobId
    const job = { jobId: jobId.value, labels: jobs.get(jobId.value)?.labels ?? [] }
    return answer(pauses.filter((pause) => isOfJob(pause, job)))
  })
  register(app, createPause, async ({ body }) => {
    const { scope, until = null, mode = 'skip', reason = null } = body
    const target = targetOf(jobs, scope, body.target)
    if (!target.ok) return target
    const reply = await commands.pause({
      scope,
      target: target.value,
      until: until === null ? null : parseTime(until),
      mode,
      reason,
    })
    if (!reply.ok) return rejected(reply.rejection)
    const of = jobs.list().filter(({ id, labels }) => isOfJob(reply.value, { jobId: id, labels })).length
    return success({ pause: pauseJson(reply.value), jobs: of })
  })
  register(app, resumePause, async ({ params, body: { reason = null } }) => {
    const reply = await commands.resume(params.pause_id, reason)
    return reply.ok ? success(pauseJson(reply.value)) : rejected(reply.rejection)
  })
}

function targetOf(jobs: Jobs, scope: 'job' | 'label', target: string): Outcome<string> {
  return scope === 'label' || target.endsWith('/') ? success(target) : findJobId(jobs, target)
}
