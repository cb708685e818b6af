import { type Diagnostic, diagnose, type Problem } from '../document/index.ts'
import type { KindRegistry } from '../kind/index.ts'
import type { Duration, Instant } from '../time/index.ts'
import type { ParamsOf } from '../job/bind.ts'
import { problemsOfJob } from './check.ts'
import { deepChecks, quickChecks } from './folder-checks.ts'
import { type JobProblem, type JobSet, placeAction } from './jobs.ts'
import { nearJob } from './near-job.ts'
import { scheduledChecks } from './scheduled.ts'
import type { Digest } from '../job/identity.ts'
import type { Job } from '../job/job.ts'
import { type JobContext, type JobResult, parseJob } from '../job/parse.ts'

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
  /** Also what takes longer, or is only good to know: for people who check their jobs. */
  readonly deep?: boolean
  /** Gives what a text parses to; `parseJob`, where the caller remembers nothing. */
  readonly parse?: (text: string, context: JobContext & { readonly path: string }) => JobResult
}

/**
 * Parses the files of a job folder and checks them against each other: what a server does when it loads a folder, and what checking one
 * beforehand does. Yields at least twice a file, so that a caller can pause; what it returns is in the order of the files.
 */
export function* checkJobFiles(
  files: readonly JobFile[],
  { registry, digest, now, others, deep, parse = parseJob }: FolderContext,
): Generator<undefined, readonly CheckedJobFile[]> {
  const parsed: CheckedJobFile[] = []
  for (const { jobId, path, read } of files) {
    if (read.ok) {
      const { text } = read
      const result = parse(text, { jobId, path, registry, digest })
      parsed.push({ jobId, path, text, job: result.ok ? result.job : null, diagnostics: result.diagnostics })
    } else parsed.push({ jobId, path, text: '', job: null, diagnostics: [read.diagnostic] })
    yield
  }
  const set = setOf(parsed, registry.conditions, now, others)
  const problems: JobProblem[] = [...quickChecks(set)]
  const near = nearJob(files.map(({ jobId }) => jobId))
  for (const { job } of parsed) {
    if (job !== null) {
      for (const problem of problemsOfJob(job, set.paramsOf, now, near)) problems.push({ jobId: job.id, problem })
    }
    yield
  }
  if (deep === true) for (const problem of yield* deepChecks(set)) problems.push(problem)
  return withProblems(parsed, problems)
}

export interface ScheduledOptions {
  readonly conditions: KindRegistry['conditions']
  /** The day to come is that from here on. */
  readonly now: Instant
  readonly others?: ParamsOf
  /** Each run has to find what it waits for among the runs of a day back and a day ahead. */
  readonly dependencies: boolean
  /** How long a run may wait for its dependencies, theirs included, to be due; null: however long. */
  readonly maxWait: Duration | null
}

/** Adds to files that were checked what is wrong with the runs of the day to come: `scheduledChecks`. Yields as that does. */
export function* checkScheduled(
  files: readonly CheckedJobFile[],
  { conditions, now, others, ...options }: ScheduledOptions,
): Generator<undefined, readonly CheckedJobFile[]> {
  return withProblems(files, yield* scheduledChecks(setOf(files, conditions, now, others), options))
}

function setOf(
  files: readonly CheckedJobFile[],
  conditions: KindRegistry['conditions'],
  now: Instant,
  others: ParamsOf | undefined,
): JobSet {
  const jobs = new Map(files.flatMap(({ job }) => (job === null ? [] : [[job.id, job]])))
  return { jobs, conditions, now, paramsOf: (jobId) => jobs.get(jobId)?.params ?? others?.(jobId) ?? null }
}

function withProblems(files: readonly CheckedJobFile[], found: readonly JobProblem[]): readonly CheckedJobFile[] {
  const byJob = Map.groupBy(found, ({ jobId }) => jobId)
  return files.map((file) => {
    const source = { path: file.path, text: file.text }
    const problems = distinct((byJob.get(file.jobId) ?? []).map(({ problem }) => placeAction(problem, source)))
    if (file.job === null || problems.length === 0) return file
    return { ...file, diagnostics: inOrder([...file.diagnostics, ...diagnose(problems, source)]) }
  })
}

// Equal schedules say equal things.
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
