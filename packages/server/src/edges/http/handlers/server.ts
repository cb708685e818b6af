import { formatTime } from '@apsis/api/json'
import { alive, reloadJobs, running, shutDown, stats, version } from '@apsis/api/routes'
import { formatDiagnostic } from '@apsis/core/document'
import type { Instant } from '@apsis/core/time'
import type { FastifyInstance } from 'fastify'
import { failure, success } from '../outcome.ts'
import type { EngineLoad, JobFolder, LoopDelay, ServerControl } from '../ports.ts'
import { register } from '../register.ts'

export interface ServerPorts {
  readonly control: ServerControl
  readonly folder: JobFolder
  readonly engine: EngineLoad
  readonly delay: LoopDelay
  readonly feed: { readonly seq: number; readonly followers: number }
  readonly now: () => Instant
}

/** Serves the routes about the server itself. */
export function serveServer(app: FastifyInstance, ports: ServerPorts): void {
  const { control, folder } = ports
  register(app, alive, async () => success({}))
  register(app, running, async () => {
    await control.started()
    return success({})
  })
  register(app, stats, async () => success(statsJson(ports)))
  register(app, version, async () => success({ version: control.version }))
  register(app, shutDown, async ({ query }) => {
    control.shutDown(query.restart ?? false)
    return success({})
  })
  register(app, reloadJobs, async ({ query }) => {
    const dryRun = query.dry_run ?? false
    const reply = await folder.reload(dryRun)
    if (reply.ok) return success({ ...reply.changes, dry_run: dryRun })
    const details = reply.errors.map(({ jobId, diagnostic }) => ({ job_id: jobId, ...diagnostic }))
    const jobErrors = reply.errors.map(({ jobId, diagnostic }) => [jobId, formatDiagnostic(diagnostic)] as const)
    return { ...failure('JOBS_INVALID', `errors loading jobs in ${reply.folder}`, details), jobErrors }
  })
}

function statsJson(ports: ServerPorts) {
  const usage = process.resourceUsage()
  const load = ports.engine.load()
  const delay = ports.delay.take()
  return {
    start_time: formatTime(ports.control.startTime),
    time: formatTime(ports.now()),
    rusage_maxrss: usage.maxRSS,
    rusage_utime: usage.userCPUTime / 1e6,
    rusage_stime: usage.systemCPUTime / 1e6,
    tasks: {
      num_waiting: load.waiting,
      num_starting: load.starting,
      num_running: load.running,
      num_stopping: load.stopping,
    },
    scheduled: { num_heap: load.timers },
    feed: { seq: ports.feed.seq, num_subs: ports.feed.followers },
    async: { latency_max: delay.max, latency_avg: delay.mean },
  }
}
