import type { Diagnostic } from '@apsis/core/document'
import type { Job } from '@apsis/core/job'
import type { Instant } from '@apsis/core/time'
import { digest } from '../edges/jobs-dir/index.ts'

/** Problems that are kept of one reading; of more, only their number is told. */
export const KEPT_PROBLEMS = 1_000

/** Something that is wrong with the job folder, and the job that it is about; empty where it is about none. */
export interface JobProblem {
  readonly jobId: string
  readonly diagnostic: Diagnostic
}

/** Whether the folder is watched, and how. */
export type Watching = 'off' | 'events' | 'looks' | 'failed'

/** Which jobs are in force, and what became of the folder that was read last. */
export interface JobsState {
  /** Of all that is in force of the folder: changes when, and only when, a definition does. */
  readonly digest: string
  readonly jobs: number
  readonly adHoc: number
  /** Since when this set is in force in this server. */
  readonly since: Instant | null
  /** Where it is from: the folder as it was read; or the store, which has the last good set. */
  readonly source: 'folder' | 'store'
  /** When the folder was read last. */
  readonly read: Instant | null
  /** Why what was read last is not in force; empty where it is. */
  readonly problems: readonly JobProblem[]
  /** Of problems, with those that are not kept. */
  readonly problemCount: number
  readonly watching: Watching
  /** A lock that a reload waits for. */
  readonly lock: string | null
}

/** Keeps what `JobsState` tells. Bounded. */
export class JobsStatus {
  #since: Instant | null = null
  #source: JobsState['source'] = 'folder'
  #read: Instant | null = null
  #problems: readonly JobProblem[] = []
  #count = 0
  #digest: string | null = null
  watching: Watching = 'off'
  lock: string | null = null

  /** The folder was read and is in force. `changed`: it is another set than before. */
  good(now: Instant, changed: boolean): void {
    if (changed || this.#since === null) this.#since = now
    this.#read = now
    this.#source = 'folder'
    this.#problems = []
    this.#count = 0
    if (changed) this.#digest = null
  }

  /** The folder was read and cannot be used. True where that is news: the problems are not those of the last time. */
  bad(now: Instant, problems: readonly JobProblem[]): boolean {
    const before = JSON.stringify([this.#count, this.#problems])
    this.#read = now
    this.#count = problems.length
    this.#problems = problems.slice(0, KEPT_PROBLEMS)
    return JSON.stringify([this.#count, this.#problems]) !== before
  }

  /** The last good set of the store is in force. */
  lastGood(now: Instant): void {
    this.#since = now
    this.#source = 'store'
  }

  /** All of it. `jobs`: those in force. */
  state(jobs: Iterable<Job>): JobsState {
    const lines: string[] = []
    let [count, adHoc] = [0, 0]
    for (const job of jobs) {
      if (job.adHoc) adHoc++
      else {
        count++
        if (this.#digest === null) lines.push(`${job.id} ${job.hash}`)
      }
    }
    this.#digest ??= digest(lines.sort().join('\n'))
    return {
      digest: this.#digest,
      jobs: count,
      adHoc,
      since: this.#since,
      source: this.#source,
      read: this.#read,
      problems: this.#problems,
      problemCount: this.#count,
      watching: this.watching,
      lock: this.lock,
    }
  }
}
