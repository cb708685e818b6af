import type { Job } from '@apsis/core/job'

/** The jobs in force, by id, and every definition that a live run pinned, by hash. */
export class Definitions {
  readonly #jobs = new Map<string, Job>()
  readonly #byHash = new Map<string, Job>()

  /** Ad hoc jobs that somebody asked for since this was taken. */
  #asked = new Set<string>()
  #adHoc = 0

  get(jobId: string): Job | undefined {
    const job = this.#jobs.get(jobId)
    if (job?.adHoc === true) this.#asked.add(jobId)
    return job
  }

  /** How many ad hoc jobs are in force. */
  get adHoc(): number {
    return this.#adHoc
  }

  /** The ad hoc jobs that were asked for, or put in force, since this was called last. */
  takeAsked(): ReadonlySet<string> {
    const asked = this.#asked
    this.#asked = new Set()
    return asked
  }

  isAsked(jobId: string): boolean {
    return this.#asked.has(jobId)
  }

  all(): IterableIterator<Job> {
    return this.#jobs.values()
  }

  get size(): number {
    return this.#jobs.size
  }

  pinned(hash: string): Job | undefined {
    return this.#byHash.get(hash)
  }

  /** Keeps a definition that is not in force but pinned by a live run. */
  pin(job: Job): void {
    this.#byHash.set(job.hash, job)
  }

  /** Puts a job in force; the definition that it replaces stays pinned. */
  put(job: Job): void {
    if (job.adHoc) {
      this.#asked.add(job.id)
      if (this.#jobs.get(job.id)?.adHoc !== true) this.#adHoc++
    }
    this.#jobs.set(job.id, job)
    this.#byHash.set(job.hash, job)
  }

  remove(jobId: string): void {
    if (this.#jobs.get(jobId)?.adHoc === true) this.#adHoc--
    this.#jobs.delete(jobId)
    this.#asked.delete(jobId)
  }

  /** Forgets pinned definitions that are neither in force nor used: called now and then, so that memory is bounded by live runs. */
  forget(isUsed: (hash: string) => boolean): void {
    for (const [hash, job] of this.#byHash) {
      if (this.#jobs.get(job.id) !== job && !isUsed(hash)) this.#byHash.delete(hash)
    }
  }

  paramsOf = (jobId: string): readonly string[] | null => this.#jobs.get(jobId)?.params ?? null
}
