import { type Run, type RunId, sameLabels } from '@apsis/core/run'
import type { Reader, RecordRow } from '@apsis/store/port'
import type { Committer } from './committer.ts'
import type { Definitions } from './definitions.ts'
import type { FormerJob } from './job-changes.ts'
import type { LiveRuns } from './live-runs.ts'
import type { RetryingReads } from './retrying-reads.ts'
import type { RunTable } from './run-table.ts'

/** Coming runs that get the labels of their job in one turn. */
const PIECE = 250

export interface RelabelPorts {
  readonly live: LiveRuns
  readonly committer: Pick<Committer, 'extra' | 'after' | 'whenRoom'>
  readonly definitions: Pick<Definitions, 'get'>
  readonly table: Pick<RunTable, 'apply'>
  readonly read: Pick<Reader, 'runs'>
  readonly reads: Pick<RetryingReads, 'add'>
  /** Whether the coming instants of a job were read for a change that is not in force yet: none of their runs may be another version then. */
  isChanging(jobId: string): boolean
  takeUp(run: Run): void
  post(task: () => void): void
}

/**
 * Gives the coming runs of jobs whose labels have changed those labels: all that are scheduled, in memory and in the store, job by job in pieces, so
 * that thousands of them do not hold up what is due. Which jobs have yet to be done is durable with their change. A run that begins before its turn
 * gets them as it begins, and pauses go by the labels of the job anyway. In the same way those that stay of a job that is gone are told what becomes of
 * them: moved by a user, or made by request. Twice, where the server is killed meanwhile. In the engine's turn only.
 */
export class Relabels {
  readonly #ports: RelabelPorts
  /** Jobs to be done, in order of coming. Bounded by the jobs in force. */
  readonly #waiting = new Set<string>()
  /** Of those the ones that went. */
  readonly #went = new Set<string>()
  /** Runs of the job that is being done that were told that it is gone. Bounded by its coming runs. */
  readonly #told = new Set<RunId>()
  #busy = false

  constructor(ports: RelabelPorts) {
    this.#ports = ports
  }

  /** Takes up what was left to do; `go` begins it. */
  load(rows: readonly Pick<RecordRow, 'id' | 'json'>[]): void {
    for (const { id, json } of rows) {
      this.#waiting.add(id)
      if (json['went'] === true) this.#went.add(id)
    }
  }

  /** Notes, in the commit that puts them in force, which of these jobs have other labels than before. */
  note(
    jobs: readonly { readonly id: string; readonly labels: readonly string[] }[],
    before: ReadonlyMap<string, FormerJob>,
  ): void {
    for (const { id, labels } of jobs) {
      const former = before.get(id)
      if (former === undefined) continue
      const was = former.job()
      if (was !== null && sameLabels(was.labels, labels)) continue
      this.#waiting.add(id)
      this.#ports.committer.extra({ records: [{ kind: 'relabel', id, json: {} }] })
    }
  }

  /** Notes, in the commit that takes them out of force, which jobs are gone. */
  noteGone(jobIds: readonly string[]): void {
    for (const id of jobIds) {
      this.#waiting.add(id)
      this.#went.add(id)
      this.#ports.committer.extra({ records: [{ kind: 'relabel', id, json: { went: true } }] })
    }
  }

  /** Goes on with what is left, if that is not under way. To be called when jobs are in force, and when a change is. */
  go(): void {
    if (this.#busy) return
    for (const jobId of this.#waiting) {
      if (this.#ports.isChanging(jobId)) continue
      this.#waiting.delete(jobId)
      this.#busy = true
      this.#page(jobId, undefined)
      return
    }
  }

  /** Reads a page of the job's coming runs, once everything decided before is durable. */
  #page(jobId: string, after: string | undefined): void {
    const { committer, live, read, reads } = this.#ports
    const post = (task: () => void): void => this.#ports.post(task)
    const filter = { jobId, states: ['scheduled'] } as const
    // What changes from now on until it is taken up is not as it was read, and may not be in memory any more.
    const deleted = live.noteDeleted()
    committer.after(() => {
      reads.add(
        `the coming runs of ${jobId}`,
        () => read.runs({ filter, limit: PIECE, ...(after === undefined ? {} : { after }) }),
        ({ runs, next }) =>
          post(() => {
            const missed = this.#relabel(jobId, runs, deleted.ids)
            deleted.end()
            committer.whenRoom(() =>
              post(() => this.#next(jobId, missed ? after : (next ?? undefined), missed || next !== null)),
            )
          }),
      )
    })
  }

  #next(jobId: string, after: string | undefined, more: boolean): void {
    if (more && !this.#waiting.has(jobId) && !this.#ports.isChanging(jobId)) {
      this.#page(jobId, after)
      return
    }
    this.#busy = false
    this.#told.clear()
    // Something changes it: from the beginning, when that is in force.
    if (more) this.#waiting.add(jobId)
    if (!this.#waiting.has(jobId)) {
      this.#went.delete(jobId)
      this.#ports.committer.extra({ removedRecords: [{ kind: 'relabel', id: jobId }] })
    }
    this.go()
  }

  /** Whether some of them are to be read again. */
  #relabel(jobId: string, runs: readonly Run[], deleted: ReadonlySet<RunId>): boolean {
    const { live, definitions, table } = this.#ports
    const job = definitions.get(jobId)
    if (job === undefined && !this.#went.has(jobId)) return false
    if (this.#ports.isChanging(jobId)) return true
    let missed = false
    for (const run of runs) {
      if (live.get(run.id) === undefined && deleted.has(run.id)) missed = true
      else if (
        job === undefined ? !this.#told.has(run.id) : !sameLabels((live.get(run.id) ?? run).labels, job.labels)
      ) {
        this.#ports.takeUp(run)
        const current = live.get(run.id)
        if (current === undefined) continue
        if (job !== undefined) table.apply(current, { type: 'relabel', labels: job.labels })
        else if (current.state === 'scheduled') {
          this.#told.add(run.id)
          table.apply(current, { type: 'note', message: goneText(jobId) })
        }
      }
    }
    return missed
  }
}

function goneText(jobId: string): string {
  return `the job ${jobId} is gone: this run ends in error when it is to begin, unless the job is back by then`
}
