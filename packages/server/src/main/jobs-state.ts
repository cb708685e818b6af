import type { Job } from '@apsis/core/job'
import type { Instant } from '@apsis/core/time'
import type { JobProblem, JobsState, Watching } from '../edges/http/index.ts'
import { digest } from '../edges/jobs-dir/index.ts'

/** Problems that are kept of one reading; of more, only their number is told. */
export const KEPT_PROBLEMS = 1_000

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
  /** Since when a change is not durable yet. */
  changing: Instant | null = null

  /** The folder was read and is in force. `changed`: it is another set than before. True where it could not be used the last time. */
  good(now: Instant, changed: boolean): boolean {
    const mended = this.#count > 0
    if (changed || this.#since === null) this.#since = now
    this.#read = now
    this.#source = 'folder'
    this.#problems = []
    this.#count = 0
    if (changed) this.#digest = null
    return mended
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
      changing: this.changing,
      source: this.#source,
      read: this.#read,
      problems: this.#problems,
      problemCount: this.#count,
      watching: this.watching,
      lock: this.lock,
    }
  }
}
