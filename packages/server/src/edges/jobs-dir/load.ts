import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { CalendarFile } from '@apsis/core/calendar'
import { type CheckedJobFile, checkFileNames, checkJobFiles } from '@apsis/core/check'
import type { Diagnostic } from '@apsis/core/document'
import { type Job, type JobResult, type ParamsOf, parseJob } from '@apsis/core/job'
import type { KindRegistry } from '@apsis/core/kind'
import { createRegistry } from '@apsis/kinds/builtin'
import { CALENDAR_BYTES, CALENDAR_SUFFIX, readCalendarFiles } from './calendars.ts'
import { digest } from './digest.ts'
import { environmentOf, type JobSources, type LoadedEnvironment } from './environment.ts'
import { JOB_BYTES, JOB_SUFFIX, jobFilesOf, NEAR_SUFFIXES, type ReadJobFile } from './files.ts'
import { type KnownJob, KnownJobs, type RecordedJobs } from './known-jobs.ts'
import { readFiles } from './read-files.ts'
import type { JobRecord } from './record.ts'

/** Longest synchronous piece of parsing, ms: the engine shares the thread. */
const SLICE = 4

/** The jobs of a folder, and everything there is to say about its files. With an error among the diagnostics the set must not be used. */
export interface LoadedJobs {
  readonly jobs: readonly Job[]
  /** Of calendar files first, then of the folder, then of job files in the order of their ids. */
  readonly diagnostics: readonly Diagnostic[]
  /** The calendar files that were read, and what there is to say about such files, which is among `diagnostics` too. */
  readonly calendars: readonly CalendarFile[]
  readonly calendarDiagnostics: readonly Diagnostic[]
  /** What there is to say about the names of files in the folder, which is among `diagnostics` too. */
  readonly folderDiagnostics: readonly Diagnostic[]
  /** The files with what each makes, in the order of their ids. */
  readonly files: readonly CheckedJobFile[]
  /** What they were read with: for jobs that come otherwise while these are in force. */
  readonly registry: KindRegistry
  /** For the next start; only of a set without errors. */
  readonly record: JobRecord
}

export interface LoadOptions {
  /** What is on the disk, where it was read already. */
  readonly sources?: SourcesRead
  /** Params of jobs that may be named beside those of the folder. */
  readonly others?: ParamsOf
  /** From when trial runs are made; now, where not said. */
  readonly now?: number
  /** Also what takes longer, or is only good to know: for people who check their jobs. */
  readonly deep?: boolean
}

/** What the disk had of a job folder, not looked at yet. */
export interface SourcesRead {
  readonly around: LoadedEnvironment
  readonly found: readonly ReadJobFile[]
  /** About the names of the files. */
  readonly named: readonly Diagnostic[]
}

/**
 * Reads what a job folder has, and the calendars beside it. Never waits for what is not a regular file; links to folders are not followed. Rejects
 * with the system's error when a folder below the job folder cannot be read.
 */
export async function readSources({ jobs: folder, calendars, names }: JobSources): Promise<SourcesRead> {
  const found = await readFiles({
    folder,
    maxBytes: {
      [JOB_SUFFIX]: JOB_BYTES,
      [CALENDAR_SUFFIX]: CALENDAR_BYTES,
      // Their names are wanted, and not what is in them.
      ...Object.fromEntries(NEAR_SUFFIXES.map((suffix) => [suffix, 0])),
    },
  })
  const around = environmentOf(await readCalendarFiles(calendars, { folder, found }), names)
  const jobs = jobFilesOf(folder, found)
  const files = found.map(({ path }) => ({ path, shown: join(folder, path) }))
  return { around, found: jobs, named: checkFileNames(files, { folder, jobs: jobs.length }) }
}

/** Reads a job folder. What a file made in the last load is remembered, and made anew only when its text, or the environment, has changed. */
export class JobLoader {
  readonly #sources: JobSources
  readonly #known: KnownJobs

  /** `recorded`: what the last start or reload of this server came to. */
  constructor(sources: JobSources, recorded: RecordedJobs | null = null) {
    this.#sources = sources
    this.#known = new KnownJobs(recorded)
  }

  get folder(): string {
    return this.#sources.jobs
  }

  /**
   * Reads, parses and checks every job file below the folder, recursively (spec/apsis.md 1.1, 1.8). A file that cannot be read is an
   * error among the diagnostics. Files that are just those recorded are not checked again. Rejects with the system's error when the folder cannot be read.
   */
  async load(options: LoadOptions = {}): Promise<LoadedJobs> {
    const { around, found, named } = options.sources ?? (await readSources(this.#sources))
    const registry = createRegistry(around.environment)
    const { files, known } = (await this.#unchanged(found, registry)) ?? (await this.#checked(found, registry, options))
    const environment = around.environment.digest
    const diagnostics = files.flatMap((file) => file.diagnostics)
    const record = { folder: this.folder, environment, entries: known, diagnostics }
    this.#known.replace(record, known)
    return {
      jobs: files.flatMap(({ job }) => (job === null ? [] : [job])),
      diagnostics: [...around.diagnostics, ...named, ...diagnostics],
      calendars: around.files,
      calendarDiagnostics: around.diagnostics,
      folderDiagnostics: named,
      files,
      registry,
      record,
    }
  }

  /** The files as recorded, where all of them are; null where any is not. */
  async #unchanged(found: readonly ReadJobFile[], registry: KindRegistry): Promise<Checked | null> {
    const record = this.#known.recorded(this.folder, found, registry.environment.digest)
    if (record === null) return null
    const said = Map.groupBy(record.diagnostics, ({ file }) => file)
    const files: CheckedJobFile[] = []
    const known = new Map<string, KnownJob>()
    const slice = new Slice()
    for (const file of found) {
      const entry = this.#known.find(file, registry)
      if (entry === null || !file.read.ok) return null
      const { jobId, path, read } = file
      files.push({ jobId, path, text: read.text, job: entry.job, diagnostics: said.get(path) ?? [] })
      known.set(jobId, entry)
      if (slice.over) await slice.next()
    }
    return { files, known }
  }

  async #checked(
    found: readonly ReadJobFile[],
    registry: KindRegistry,
    { others = () => null, now = Date.now(), deep = false }: LoadOptions,
  ): Promise<Checked> {
    const byId = new Map(found.map((file) => [file.jobId, file]))
    const known = new Map<string, KnownJob>()
    const parse: typeof parseJob = (text, context) => {
      const file = byId.get(context.jobId)
      const before = file === undefined ? null : this.#known.find(file, registry)
      const result: JobResult = before === null ? parseJob(text, context) : { ok: true, ...before }
      if (!result.ok || file === undefined || file.digest === null) return result
      const { job, diagnostics } = result
      known.set(context.jobId, { digest: file.digest, hash: job.hash, job, diagnostics })
      return result
    }
    const checking = checkJobFiles(found, { registry, digest, now, others, deep, parse })
    const slice = new Slice()
    let step = checking.next()
    for (; step.done !== true; step = checking.next()) if (slice.over) await slice.next()
    return { files: step.value, known }
  }
}

/** What a load comes to, and what is to be remembered of it. */
interface Checked {
  readonly files: readonly CheckedJobFile[]
  readonly known: ReadonlyMap<string, KnownJob>
}

/** A piece of work that leaves the thread to others in time. */
class Slice {
  #until = performance.now() + SLICE

  get over(): boolean {
    return performance.now() >= this.#until
  }

  async next(): Promise<void> {
    await turn()
    this.#until = performance.now() + SLICE
  }
}
