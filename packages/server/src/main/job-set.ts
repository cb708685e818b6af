import { relative, sep } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type Diagnostic, formatDiagnostic, hasErrors, isList } from '@apsis/core/document'
import { type Job, jobIdOfPath, parseJobJson } from '@apsis/core/job'
import type { JsonObject } from '@apsis/core/json'
import type { KindRegistry } from '@apsis/core/kind'
import { PLAIN_ENVIRONMENT } from '@apsis/core/template'
import { createRegistry } from '@apsis/kinds/builtin'
import type { JobRow } from '@apsis/store/port'
import {
  digest,
  JobLoader,
  type JobRecord,
  type JobSources,
  loadEnvironment,
  writeJobRecord,
} from '../edges/jobs-dir/index.ts'
import type { Engine, JobChanges, Log } from '../engine/index.ts'
import type { Beginnings } from './beginnings.ts'

/** The jobs to start with: those of the folder; or, when that is broken, the last good set of the store. */
export type FirstJobs =
  | { readonly ok: true; readonly jobs: readonly Job[]; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly message: string; readonly diagnostics: readonly Diagnostic[] }

/** The answer of a reload: what changed, or everything that is wrong; then nothing changed. */
export type Reload =
  | { readonly ok: true; readonly changes: JobChanges }
  | {
      readonly ok: false
      readonly folder: string
      readonly errors: readonly { readonly jobId: string; readonly diagnostic: Diagnostic }[]
    }

export interface JobSetOptions {
  readonly sources: JobSources
  /** Where the record of the jobs is kept. */
  readonly dataFolder: string
  /** Of the program. */
  readonly version: string
  readonly log: Log
}

/** The job folder of a server: what is in force of it, and the kinds and calendars that jobs are read with while it is. */
export class JobSet {
  readonly #loader: JobLoader
  readonly #dataFolder: string
  readonly #version: string
  readonly #log: Log
  readonly #sources: JobSources
  #registry: KindRegistry = createRegistry(PLAIN_ENVIRONMENT)
  /** Of what is in force; null where that is not what the folder has. */
  #record: JobRecord | null = null
  /** Records are written one after the other. */
  #written: Promise<void> = Promise.resolve()

  /** With what the last start or reload came to, which need not be parsed again. */
  constructor(options: JobSetOptions, { record, stored }: Pick<Beginnings, 'record' | 'stored'>) {
    const byId = new Map(stored.filter(({ adHoc }) => !adHoc).map((row) => [row.jobId, row]))
    this.#loader = new JobLoader(options.sources, record === null ? null : { record, stored: byId })
    this.#sources = options.sources
    this.#dataFolder = options.dataFolder
    this.#version = options.version
    this.#log = options.log
  }

  /** Takes a stored definition up; null where it no longer can be read. */
  parse(row: Pick<JobRow, 'jobId' | 'json'>): Job | null {
    const result = parseJobJson(row.json, { jobId: row.jobId, registry: this.#registry, digest })
    return result.ok ? result.job : null
  }

  /** Loads the jobs that a server starts with (spec/decisions.md: one bad file at start). */
  async first({ stored, reading }: Pick<Beginnings, 'stored' | 'reading'>): Promise<FirstJobs> {
    const { jobs: folder } = this.#sources
    let diagnostics: readonly Diagnostic[] = []
    let trouble: string
    try {
      const params = new Map(stored.flatMap(({ adHoc, jobId, json }) => (adHoc ? [[jobId, paramsIn(json)]] : [])))
      const loaded = await this.#loader.load({ others: (jobId) => params.get(jobId) ?? null, sources: await reading })
      this.#registry = loaded.registry
      diagnostics = loaded.diagnostics
      this.#tell(loaded.folderDiagnostics)
      if (!hasErrors(diagnostics)) {
        this.#record = loaded.record
        return { ok: true, jobs: loaded.jobs, diagnostics }
      }
      trouble = `errors loading jobs in ${folder}`
    } catch (error) {
      this.#registry = createRegistry((await loadEnvironment(this.#sources)).environment)
      trouble = isMissing(error)
        ? `no such job folder: ${folder}`
        : `cannot read the job folder ${folder}: ${error instanceof Error ? error.message : String(error)}`
    }
    const kept = stored.filter(({ adHoc }) => !adHoc)
    if (kept.length === 0) return { ok: false, message: trouble, diagnostics }
    const jobs = kept.map((row) => this.parse(row)).filter((job) => job !== null)
    this.#log.error(`${trouble}: starting with the last good set`, { jobs: jobs.length })
    return { ok: true, jobs, diagnostics }
  }

  /**
   * To be called when the first jobs are in force: keeps what the next start needs, and reads what they put off, which otherwise the first that asks
   * for all of them would have to wait for. Takes pauses.
   */
  async started(jobs: readonly Job[]): Promise<void> {
    await Promise.all([this.#keepRecord(), settle(jobs, this.#log)])
  }

  /** Reads the job folder again and puts it in force, all of it or nothing. */
  async reload(engine: Pick<Engine, 'definitions' | 'jobChanges' | 'applyJobs'>, dryRun: boolean): Promise<Reload> {
    const { jobs: folder } = this.#sources
    const others = (jobId: string): readonly string[] | null => {
      const job = engine.definitions.get(jobId)
      return job?.adHoc === true ? job.params : null
    }
    const { jobs, diagnostics, folderDiagnostics, registry, record } = await this.#loader.load({ others })
    this.#tell(folderDiagnostics)
    if (hasErrors(diagnostics)) {
      const errors = diagnostics
        .filter(({ severity }) => severity === 'error')
        .map((diagnostic) => ({ jobId: jobIdOfFile(folder, diagnostic), diagnostic }))
      return { ok: false, folder, errors }
    }
    if (dryRun) return { ok: true, changes: engine.jobChanges(jobs) }
    const changes = await engine.applyJobs(jobs)
    this.#registry = registry
    this.#record = record
    void this.#keepRecord()
    return { ok: true, changes }
  }

  /** Takes in a job that a request brings, under the id given. */
  async addAdHoc(
    document: JsonObject,
    jobId: string,
    engine: Pick<Engine, 'addJob'>,
  ): Promise<ReturnType<typeof parseJobJson>> {
    const result = parseJobJson({ ...document, ad_hoc: true }, { jobId, registry: this.#registry, digest })
    if (result.ok) await engine.addJob(result.job)
    return result
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#written
  }

  // Of a file that is no job nobody else says so: there is no job to show it at.
  #tell(found: readonly Diagnostic[]): void {
    for (const one of found) {
      if (one.severity === 'notice') this.#log.info(formatDiagnostic(one))
      else this.#log.warn(formatDiagnostic(one))
    }
  }

  #keepRecord(): Promise<void> {
    const record = this.#record
    if (record === null) return this.#written
    this.#written = this.#written
      .then(() => writeJobRecord(this.#dataFolder, this.#version, record))
      .catch((error: unknown) => {
        this.#log.warn('cannot keep what the jobs came to: the next start has to parse them all', {
          error: String(error),
        })
      })
    return this.#written
  }
}

/** Longest piece of reading what jobs put off, ms: the engine shares the thread. */
const SLICE = 2

async function settle(jobs: readonly Job[], log: Log): Promise<void> {
  let until = performance.now() + SLICE
  for (const job of jobs) {
    try {
      // Getters that parse.
      void job.schedules
      void job.program
    } catch (error) {
      log.error('a stored job is damaged: remove the file jobs-record from the data folder and start again', {
        job: job.id,
        error: String(error),
      })
      continue
    }
    if (performance.now() < until) continue
    await turn()
    until = performance.now() + SLICE
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function paramsIn(json: JsonObject): readonly string[] {
  const { params } = json
  return isList(params) ? params.filter((param) => typeof param === 'string') : []
}

function jobIdOfFile(folder: string, { file }: Diagnostic): string {
  return file === null ? '' : (jobIdOfPath(relative(folder, file).split(sep).join('/')) ?? '')
}
