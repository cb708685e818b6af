import { relative, sep } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type Diagnostic, formatDiagnostic, hasErrors, isList } from '@apsis/core/document'
import { type Job, jobIdOfPath, type JobResult, type ParamsOf, parseJobJson } from '@apsis/core/job'
import type { JsonObject } from '@apsis/core/json'
import type { KindRegistry } from '@apsis/core/kind'
import { PLAIN_ENVIRONMENT } from '@apsis/core/template'
import type { Instant } from '@apsis/core/time'
import { createRegistry } from '@apsis/kinds/builtin'
import type { JobRow } from '@apsis/store/port'
import {
  digest,
  JobLoader,
  type LoadedJobs,
  type JobRecord,
  type JobSources,
  loadEnvironment,
  writeJobRecord,
} from '../edges/jobs-dir/index.ts'
import type { JobProblem, ReloadReply } from '../edges/http/index.ts'
import { type Engine, type JobChanges, type Log, MAX_AD_HOC, StoreBusy } from '../engine/index.ts'
import { adHocDocument } from './ad-hoc-document.ts'
import type { Beginnings } from './beginnings.ts'
import { JobsStatus } from './jobs-state.ts'
import { planText, reloadPlan } from './reload-plan.ts'

/** The jobs to start with: those of the folder; or, when that is broken, the last good set of the store. */
export type FirstJobs =
  | {
      readonly ok: true
      readonly jobs: readonly Job[]
      /** Jobs of the last good set that can no longer be read: not in force, and not removed. */
      readonly aside: readonly string[]
      readonly diagnostics: readonly Diagnostic[]
    }
  | { readonly ok: false; readonly message: string; readonly diagnostics: readonly Diagnostic[] }

export interface JobSetOptions {
  readonly sources: JobSources
  /** Where the record of the jobs is kept. */
  readonly dataFolder: string
  /** Of the program. */
  readonly version: string
  readonly now: () => Instant
  readonly log: Log
}

/** What a reload needs of the engine. */
type Reloaded = Pick<Engine, 'definitions' | 'jobChanges' | 'decidedAhead' | 'applyJobs' | 'whenStoreFails'>

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
  /** The folder is read by one at a time. */
  #loading: Promise<unknown> = Promise.resolve()
  /** Reloads follow each other: each starts from what the last has put in force. */
  #last: Promise<unknown> = Promise.resolve()
  readonly #now: () => Instant
  readonly status: JobsStatus = new JobsStatus()

  /** With what the last start or reload came to, which need not be parsed again. */
  constructor(options: JobSetOptions, { record, stored }: Pick<Beginnings, 'record' | 'stored'>) {
    const byId = new Map(stored.filter(({ adHoc }) => !adHoc).map((row) => [row.jobId, row]))
    this.#loader = new JobLoader(options.sources, record === null ? null : { record, stored: byId })
    this.#sources = options.sources
    this.#dataFolder = options.dataFolder
    this.#version = options.version
    this.#now = options.now
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
        this.status.good(this.#now(), true)
        return { ok: true, jobs: loaded.jobs, aside: [], diagnostics }
      }
      trouble = `errors loading jobs in ${folder}`
    } catch (error) {
      this.#registry = createRegistry((await loadEnvironment(this.#sources)).environment)
      trouble = isMissing(error)
        ? `no such job folder: ${folder}`
        : `cannot read the job folder ${folder}: ${error instanceof Error ? error.message : String(error)}`
      diagnostics = [unreadable(folder, trouble)]
    }
    const kept = stored.filter(({ adHoc }) => !adHoc)
    if (kept.length === 0) return { ok: false, message: trouble, diagnostics }
    const jobs: Job[] = []
    const aside: string[] = []
    for (const row of kept) {
      const job = this.parse(row)
      if (job !== null) jobs.push(job)
      else aside.push(row.jobId)
    }
    this.#log.error(`${trouble}: starting with the last good set`, { event: 'jobs.broken', jobs: jobs.length })
    const problems = problemsOf(folder, diagnostics)
    this.status.lastGood(this.#now())
    this.status.bad(this.#now(), problems)
    this.#logProblems(problems)
    for (const job of aside) {
      this.#log.error(
        'a stored job can no longer be read and is set aside: nothing of it is removed, and none of it runs',
        {
          event: 'jobs.aside',
          job,
        },
      )
    }
    return { ok: true, jobs, aside, diagnostics }
  }

  /**
   * To be called when the first jobs are in force: keeps what the next start needs, and reads what they put off, which otherwise the first that asks
   * for all of them would have to wait for. Takes pauses.
   */
  async started(jobs: readonly Job[]): Promise<void> {
    await Promise.all([this.#keepRecord(), settle(jobs, this.#log)])
  }

  /**
   * Reads the job folder again and puts it in force, all of it or nothing; `dryRun`: only says what that would do, and waits for nothing that is put
   * in force. One after the other. Rejects with `StoreBusy` while the store takes nothing: what it was given before then is in force when it takes it.
   */
  reload(engine: Reloaded, dryRun: boolean): Promise<ReloadReply> {
    if (dryRun) return this.#reload(engine, null)
    return new Promise((resolve, reject) => {
      const step: Step = { given: false, busy: null }
      // Whoever asks is told, rather than left without an answer.
      const forget = engine.whenStoreFails((since) => {
        step.busy = new StoreBusy(since, step.given ? WAITS : NOTHING)
        reject(step.busy)
      })
      if (step.busy !== null) return
      const done = this.#last.then(() => this.#reload(engine, step))
      this.#last = done.then(forget, forget)
      this.#waited(done, step).then(resolve, reject)
    })
  }

  /** Nobody else hears what becomes of a change that was answered as waiting. */
  async #waited(done: Promise<ReloadReply>, step: Step): Promise<ReloadReply> {
    try {
      return await done
    } catch (error) {
      if (step.busy !== null && step.given) {
        this.#log.error('the change of the jobs that waited for the store failed', { error: String(error) })
      }
      throw error
    }
  }

  /** `step`: null for a dry run. */
  async #reload(engine: Reloaded, step: Step | null): Promise<ReloadReply> {
    const { jobs: folder } = this.#sources
    const others = (jobId: string): readonly string[] | null => {
      const job = engine.definitions.get(jobId)
      return job?.adHoc === true ? job.params : null
    }
    const loading = this.#loading.then(() => this.#load(others))
    this.#loading = loading
    const loaded = await loading
    if (!loaded.ok) {
      const errors = problemsOf(folder, loaded.diagnostics)
      if (step !== null && this.status.bad(this.#now(), errors)) {
        this.#log.error(`errors loading jobs in ${folder}: what was in force stays`, { errors: errors.length })
        this.#logProblems(errors)
      }
      return { ok: false, folder, errors }
    }
    const { jobs, registry, record } = loaded.jobs
    const before = new Map([...engine.definitions.all()].filter(({ adHoc }) => !adHoc).map((job) => [job.id, job]))
    const now = this.#now()
    const expected = engine.jobChanges(jobs)
    const touched = [...expected.added, ...expected.changed, ...expected.removed]
    const decided = await engine.decidedAhead(touched, now)
    if (step === null) {
      return { ok: true, changes: expected, plan: await reloadPlan(expected, before, jobs, now, decided) }
    }
    const changes = await this.#apply(engine, jobs, touched.length > 0, step)
    this.#registry = registry
    this.#record = record
    const [added, changed, removed] = [changes.added.length, changes.changed.length, changes.removed.length]
    const any = added + changed + removed > 0
    const mended = this.status.good(now, any)
    void this.#keepRecord()
    const plan = await reloadPlan(changes, before, jobs, now, decided)
    if (any) this.#log.info(`jobs reloaded: ${planText(plan)}`, { added, changed, removed })
    // The last word must not be an error that is no more.
    else if (mended) this.#log.info('the jobs have no errors any more, and are those in force')
    return { ok: true, changes, plan }
  }

  async #apply(engine: Reloaded, jobs: readonly Job[], any: boolean, step: Step): Promise<JobChanges> {
    if (step.busy !== null) throw step.busy
    step.given = true
    if (any) this.status.changing = this.#now()
    try {
      return await engine.applyJobs(jobs)
    } finally {
      this.status.changing = null
    }
  }

  async #load(others: ParamsOf): Promise<Loaded> {
    const { jobs: folder } = this.#sources
    try {
      const loaded = await this.#loader.load({ others })
      this.#tell(loaded.folderDiagnostics)
      return hasErrors(loaded.diagnostics) ? { ok: false, diagnostics: loaded.diagnostics } : { ok: true, jobs: loaded }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const text = isMissing(error) ? `no such job folder: ${folder}` : `the job folder cannot be read: ${why}`
      return { ok: false, diagnostics: [unreadable(folder, text)] }
    }
  }

  /** Takes in a job that a request brings, under the id given; `full`: too many are in force. */
  async addAdHoc(
    document: JsonObject,
    jobId: string,
    engine: Pick<Engine, 'addJob' | 'definitions'>,
  ): Promise<JobResult | 'full'> {
    const result = parseJobJson(adHocDocument(document), { jobId, registry: this.#registry, digest })
    if (!result.ok) return result
    if (engine.definitions.adHoc >= MAX_AD_HOC) return 'full'
    await engine.addJob(result.job)
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

  #logProblems(problems: readonly JobProblem[]): void {
    for (const { diagnostic } of problems.slice(0, LOGGED)) this.#log.error(formatDiagnostic(diagnostic))
    if (problems.length > LOGGED)
      this.#log.error(`and ${problems.length - LOGGED} more errors: apsisctl check-jobs has all`)
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

/** Errors of a folder that are logged one by one. */
const LOGGED = 20

/** What becomes of a reload while the store takes nothing. */
const NOTHING = 'nothing was changed, and the jobs of before stay in force: reload them again when it does'
const WAITS =
  'the change of the jobs waits, and is in force when the store takes it; no run starts before, and it need not be asked for again'

/** A reload on its way. */
interface Step {
  /** The change was given to the engine. */
  given: boolean
  /** The answer, where the store took nothing before the change was durable. */
  busy: StoreBusy | null
}

type Loaded =
  | { readonly ok: true; readonly jobs: LoadedJobs }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

function problemsOf(folder: string, diagnostics: readonly Diagnostic[]): readonly JobProblem[] {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map((diagnostic) => ({ jobId: jobIdOfFile(folder, diagnostic), diagnostic }))
}

function unreadable(folder: string, message: string): Diagnostic {
  const place = { file: folder, line: null, column: null, key: '' }
  return { code: 'JOB_UNREADABLE', severity: 'error', ...place, message, hint: 'see that the folder is there' }
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
