import { type Diagnostic, hasErrors } from '@apsis/core/document'
import { type Job, jobIdOfPath, parseJobJson } from '@apsis/core/job'
import type { JsonObject } from '@apsis/core/json'
import { registry } from '@apsis/kinds/builtin'
import type { JobRow } from '@apsis/store/port'
import { relative, sep } from 'node:path'
import { digest, loadJobs } from '../edges/jobs-dir/index.ts'
import type { Engine, JobChanges, Log } from '../engine/index.ts'

/** Takes a stored definition up; null where it no longer can be read. */
export function parseStored(row: Pick<JobRow, 'jobId' | 'json'>): Job | null {
  const result = parseJobJson(row.json, { jobId: row.jobId, registry, digest })
  return result.ok ? result.job : null
}

/** The jobs to start with: those of the folder; or, when that is broken, the last good set of the store. */
export type FirstJobs =
  | { readonly ok: true; readonly jobs: readonly Job[]; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly message: string; readonly diagnostics: readonly Diagnostic[] }

/** Loads the jobs that a server starts with (spec/decisions.md: one bad file at start). */
export async function firstJobs(folder: string, stored: readonly JobRow[], log: Log): Promise<FirstJobs> {
  let diagnostics: readonly Diagnostic[] = []
  let trouble: string
  try {
    const adHoc = new Map(stored.filter((row) => row.adHoc).map((row) => [row.jobId, parseStored(row)?.params ?? null]))
    const loaded = await loadJobs(folder, registry, (jobId) => adHoc.get(jobId) ?? null)
    diagnostics = loaded.diagnostics
    if (!hasErrors(diagnostics)) return { ok: true, ...loaded }
    trouble = `errors loading jobs in ${folder}`
  } catch (error) {
    trouble = `cannot read the job folder ${folder}: ${error instanceof Error ? error.message : String(error)}`
  }
  const kept = stored.filter(({ adHoc }) => !adHoc)
  if (kept.length === 0) return { ok: false, message: trouble, diagnostics }
  const jobs = kept.map(parseStored).filter((job) => job !== null)
  log.error(`${trouble}: starting with the last good set`, { jobs: jobs.length })
  return { ok: true, jobs, diagnostics }
}

/** The answer of a reload: what changed, or everything that is wrong; then nothing changed. */
export type Reload =
  | { readonly ok: true; readonly changes: JobChanges }
  | {
      readonly ok: false
      readonly folder: string
      readonly errors: readonly { readonly jobId: string; readonly diagnostic: Diagnostic }[]
    }

/** Reads the job folder again and puts it in force, all of it or nothing. */
export async function reloadJobs(folder: string, engine: Engine, dryRun: boolean): Promise<Reload> {
  const adHoc = (jobId: string): readonly string[] | null => {
    const job = engine.definitions.get(jobId)
    return job?.adHoc === true ? job.params : null
  }
  const { jobs, diagnostics } = await loadJobs(folder, registry, adHoc)
  if (hasErrors(diagnostics)) {
    const errors = diagnostics
      .filter(({ severity }) => severity === 'error')
      .map((diagnostic) => ({ jobId: jobIdOfFile(folder, diagnostic), diagnostic }))
    return { ok: false, folder, errors }
  }
  return { ok: true, changes: dryRun ? engine.jobChanges(jobs) : await engine.applyJobs(jobs) }
}

/** Takes in a job that a request brings, under the id given. */
export async function addAdHocJob(
  document: JsonObject,
  jobId: string,
  engine: Engine,
): Promise<ReturnType<typeof parseJobJson>> {
  const result = parseJobJson({ ...document, ad_hoc: true }, { jobId, registry, digest })
  if (result.ok) await engine.addJob(result.job)
  return result
}

function jobIdOfFile(folder: string, { file }: Diagnostic): string {
  return file === null ? '' : (jobIdOfPath(relative(folder, file).split(sep).join('/')) ?? '')
}
