import { formatTime } from '@apsis/api/json'
import {
  type JobsStateJson,
  type ReloadPlanJson,
  alive,
  jobsState,
  reloadJobs,
  running,
  shutDown,
  stats,
  version,
} from '@apsis/api/routes'
import { formatDiagnostic } from '@apsis/core/document'
import type { FastifyInstance } from 'fastify'
import { failure, success } from '../outcome.ts'
import type { JobFolder, JobsState, ReloadPlan, ServerControl } from '../ports.ts'
import { register } from '../register.ts'
import { statsJson, type StatsPorts } from '../stats-json.ts'

export interface ServerPorts extends StatsPorts {
  readonly control: ServerControl
  readonly folder: JobFolder
}

/** Serves the routes about the server itself. */
export function serveServer(app: FastifyInstance, ports: ServerPorts): void {
  const { control, folder } = ports
  register(app, alive, async () => success({}))
  register(app, running, async () => {
    await control.started()
    return success({})
  })
  register(app, stats, async () => success(await statsJson(ports)))
  register(app, version, async () => success({ version: control.version }))
  register(app, shutDown, async ({ query }) => {
    control.shutDown(query.restart ?? false)
    return success({})
  })
  register(app, reloadJobs, async ({ query }) => {
    const dryRun = query.dry_run ?? false
    const reply = await folder.reload(dryRun)
    if (reply.ok) return success({ ...reply.changes, dry_run: dryRun, plan: planJson(reply.plan) })
    const details = reply.errors.map(({ jobId, diagnostic }) => ({ job_id: jobId, ...diagnostic }))
    const jobErrors = reply.errors.map(({ jobId, diagnostic }) => [jobId, formatDiagnostic(diagnostic)] as const)
    return { ...failure('JOBS_INVALID', `errors loading jobs in ${reply.folder}`, details), jobErrors }
  })
  register(app, jobsState, async () => success(jobsStateJson(folder.state())))
}

function planJson({ from, to, jobs, left, withdrawn, created, orphans }: ReloadPlan): ReloadPlanJson {
  return {
    from: formatTime(from),
    to: formatTime(to),
    withdrawn,
    created,
    jobs: jobs.map(({ jobId, ...job }) => ({ job_id: jobId, ...job })),
    jobs_left: left,
    orphans: orphans.map(({ jobId, ...orphan }) => ({ job_id: jobId, ...orphan })),
  }
}

function jobsStateJson(state: JobsState): JobsStateJson {
  return {
    digest: state.digest,
    jobs: state.jobs,
    ad_hoc_jobs: state.adHoc,
    source: state.source,
    since: state.since === null ? null : formatTime(state.since),
    changing: state.changing === null ? null : formatTime(state.changing),
    read: state.read === null ? null : formatTime(state.read),
    watching: state.watching,
    lock: state.lock,
    problems: state.problems.map(({ jobId, diagnostic }) => ({
      job_id: jobId,
      text: formatDiagnostic(diagnostic),
      ...diagnostic,
    })),
    problem_count: state.problemCount,
  }
}
