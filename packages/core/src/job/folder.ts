import type { Diagnostic } from '../document/index.ts'
import type { KindRegistry } from '../kind/index.ts'
import type { Instant } from '../time/index.ts'
import type { ParamsOf } from './bind.ts'
import { checkJob } from './check.ts'
import type { Digest } from './identity.ts'
import type { Job } from './job.ts'
import { parseJob } from './parse.ts'

/** A job file as it was read: its text, or why there is none. */
export interface JobFile {
  readonly jobId: string
  readonly path: string
  readonly read: { readonly ok: true; readonly text: string } | { readonly ok: false; readonly diagnostic: Diagnostic }
}

/** What a job file makes. */
export interface CheckedJobFile {
  readonly jobId: string
  readonly path: string
  /** Empty where it could not be read. */
  readonly text: string
  /** Null where it makes none. */
  readonly job: Job | null
  readonly diagnostics: readonly Diagnostic[]
}

export interface FolderContext {
  readonly registry: KindRegistry
  readonly digest: Digest
  /** From when the trial runs are made. */
  readonly now: Instant
  /** Params of jobs that may be named beside those of the folder. */
  readonly others?: ParamsOf
  /** Also say what is good to know about schedules, as `checkJob` does. */
  readonly remarks?: boolean
}

/**
 * Parses the files of a job folder and checks them against each other: what a server does when it loads a folder, and what checking one
 * beforehand does. Yields twice a file, so that a caller can pause; what it returns is in the order of the files.
 */
export function* checkJobFiles(
  files: readonly JobFile[],
  { registry, digest, now, others, remarks }: FolderContext,
): Generator<undefined, readonly CheckedJobFile[]> {
  const parsed: CheckedJobFile[] = []
  for (const { jobId, path, read } of files) {
    if (read.ok) {
      const { text } = read
      const result = parseJob(text, { jobId, path, registry, digest })
      parsed.push({ jobId, path, text, job: result.ok ? result.job : null, diagnostics: result.diagnostics })
    } else parsed.push({ jobId, path, text: '', job: null, diagnostics: [read.diagnostic] })
    yield
  }
  const params = new Map(parsed.flatMap(({ job }) => (job === null ? [] : [[job.id, job.params]])))
  const paramsOf: ParamsOf = (jobId) => params.get(jobId) ?? others?.(jobId) ?? null
  const checked: CheckedJobFile[] = []
  for (const file of parsed) {
    const { job, path, text, diagnostics } = file
    const found =
      job === null ? [] : checkJob({ job, source: { path, text } }, paramsOf, { now, remarks: remarks === true })
    checked.push({ ...file, diagnostics: [...diagnostics, ...found] })
    yield
  }
  return checked
}
